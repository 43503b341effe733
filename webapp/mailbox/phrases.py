"""Phrase lists of this package: their notation, and folding a line to compare it with them."""

import re

from webapp.rules.text_folding import fold

LONGEST_LINE = 300
"""Characters. A longer line is a paragraph of text: it is no salutation, field, footer or the like."""

COLONS = ":\uff1a"
COMMAS = ",\uff0c"


def phrases(listed: str) -> frozenset[str]:
    """Return the folded phrases in a list that is separated by ``|`` and line breaks, without empty ones."""
    return frozenset(fold(phrase) for phrase in re.split(r"[|\n]", listed) if phrase.strip())


def folded(line: str) -> str:
    """Return a line without case, accents and punctuation, to compare it with phrases; a long line is cut."""
    return fold(line[: LONGEST_LINE + 1])
