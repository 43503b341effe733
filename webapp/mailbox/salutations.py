"""How letters begin: “Dear Editor,”."""

import re

from webapp.mailbox.phrases import LONGEST_LINE, folded, phrases

ALONE = phrases("""
sir|sirs|madam|sir madam|sir or madam|editor|the editor|editors|致編輯|编辑|編輯|敬啟者|敬启者|啟者
""")
BEGINNINGS = phrases("""
dear editor|dear editors|dear the editor|dear letters editor|dear letters page|dear sir|dear sirs|dear madam
to the editor|to the editors|to the letters editor|letter to the editor|letters to the editor
致編輯|敬啟者|敬启者
""")
GREETINGS = phrases("dear|hi|hello|good morning|good afternoon|greetings")

_MOST_WORDS = 5
"""Of a beginning; more of a line need not be compared."""


def addresses_editor(line: str) -> bool:
    """Tell whether a line is the salutation of a letter to a newspaper."""
    return folded(line) in ALONE or _begins_with(line, BEGINNINGS)


def is_salutation(line: str) -> bool:
    """Tell whether a line is a salutation, whoever is addressed."""
    return addresses_editor(line) or _begins_with(line, GREETINGS)


def _begins_with(line: str, listed: frozenset[str]) -> bool:
    words = re.split(r"\s+", folded(line[:LONGEST_LINE]), maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    return any(" ".join(words[:length]) in listed for length in range(1, len(words) + 1))
