"""Content advisories: what an editor should look at in the text, such as verse, links or phone numbers.

Editors ignore an advisory that is often wrong, so each detector prefers a miss to a false alarm. Start with
`content.content_advisories`; each of the other modules is a detector, or shared by several. None refuses a
letter, except that `content.check_content` refuses web addresses where the paper takes none.
"""
