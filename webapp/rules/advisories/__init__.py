"""Content advisories: what an editor should look at in a letter's text; none of them refuses a letter.

An advisory that is often wrong is soon ignored, so each detector prefers missing a letter to a false alarm.
Begin with `content.content_advisories`; it imports one detector per module, and the rest of the rules.
"""
