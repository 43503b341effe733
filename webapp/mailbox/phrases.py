"""Lists of phrases, as they are written in this package, and how a line is compared with them."""

import re

from webapp.rules.placeholders import fold

LONGEST_LINE = 300
"""Characters of a line that can be anything but text."""

COLONS = ":\uff1a"
COMMAS = ",\uff0c"


def phrases(listed: str) -> frozenset[str]:
    """Return the phrases that bars and line ends part, folded."""
    return frozenset(fold(phrase) for phrase in re.split(r"[|\n]", listed) if phrase.strip())


def folded(line: str) -> str:
    """Return a line for comparing with phrases: no case, no accents, no punctuation; bounded."""
    return fold(line[: LONGEST_LINE + 1])
