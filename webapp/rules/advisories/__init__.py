"""Detectors of what an editor should look at in a text, such as verse; `content` makes advisories of them.

Editors ignore an advisory that is often wrong, so each detector prefers a miss to a false alarm. A detector
returns a count or a boolean and adds no finding; detectors share `hinted_patterns`, `layout`,
`newspaper_titles`, `person_names` and `word_lists`. `content` adds the findings; start with
`content.content_advisories`. Web addresses are a refusal where the paper takes none; nothing else is.
`disposable_mailboxes` isn't about the text: it looks at the sender's e-mail domain, and adds its advisory
itself.
"""
