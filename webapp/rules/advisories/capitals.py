"""Detector of letters written mostly in capitals; returns whether one is."""

import functools
import re

MIN_CAPITALS = 20
MIN_WORD_PAIRS = 2
"""Pairs of adjacent words in capitals."""
MIN_SHARE = 0.5
"""Capitals, of all letters that have upper and lower case."""

_CASED_SCRIPTS = ((0x41, 0x58F), (0x1E00, 0x1FFF), (0x2C00, 0x2DFF), (0xA640, 0xA7FF), (0xFF21, 0xFF3A))
"""Code points of Latin, Greek, Cyrillic and Armenian, with their extensions.

Cherokee is left out: its traditional letters are capitals in Unicode.
"""


def is_mostly_capitals(text: str) -> bool:
    """Return whether at least half of the letters are capitals, and not only in initials or acronyms.

    False if ``text`` has fewer than `MIN_CAPITALS` capitals. Letters of scripts without case don't count.
    """
    if len(_word_pair_pattern().findall(text)) < MIN_WORD_PAIRS:
        return False
    capitals = len(_capital_pattern().findall(text))
    lower_case = sum(map(str.islower, text))
    return capitals >= MIN_CAPITALS and capitals >= MIN_SHARE * (capitals + lower_case)


@functools.cache
def _capital_letters() -> str:
    return "".join(
        chr(code_point)
        for first, last in _CASED_SCRIPTS
        for code_point in range(first, last + 1)
        if chr(code_point).isupper()
    )


@functools.cache
def _capital_pattern() -> re.Pattern[str]:
    return re.compile(f"[{_capital_letters()}]")


@functools.cache
def _word_pair_pattern() -> re.Pattern[str]:
    # The last letter of one word in capitals and the first letters of the next one. Most acronyms and
    # initials are followed by a comma or a full stop instead.
    capital = f"[{_capital_letters()}]"
    return re.compile(rf"{capital}[ \u3000\n]+{capital}(?![^\W\d_{_capital_letters()}])")
