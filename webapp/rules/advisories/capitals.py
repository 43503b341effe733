"""Letters written in capitals throughout."""

import functools
import re

LEAST_CAPITALS = 20
LEAST_PAIRS = 2
LEAST_SHARE = 0.5
"""Pairs of words one after the other; the share is of the letters that have two cases."""

_CASED_SCRIPTS = ((0x41, 0x58F), (0x1E00, 0x1FFF), (0x2C00, 0x2DFF), (0xA640, 0xA7FF), (0xFF21, 0xFF3A))
"""Where Latin, Greek, Cyrillic, Armenian and their additions lie.

Left out is Cherokee: it was written for two centuries in what Unicode now calls its capitals.
"""


def is_mostly_capitals(text: str) -> bool:
    """Tell whether most letters of ``text`` are capitals, and sentences are among them, not only initials."""
    if len(_pair().findall(text)) < LEAST_PAIRS:
        return False
    capitals = len(_capital().findall(text))
    small = sum(map(str.islower, text))
    return capitals >= LEAST_CAPITALS and capitals >= LEAST_SHARE * (capitals + small)


@functools.cache
def _members() -> str:
    return "".join(
        chr(code_point)
        for first, last in _CASED_SCRIPTS
        for code_point in range(first, last + 1)
        if chr(code_point).isupper()
    )


@functools.cache
def _capital() -> re.Pattern[str]:
    return re.compile(f"[{_members()}]")


@functools.cache
def _pair() -> re.Pattern[str]:
    # A word in capitals, up to its last letter, and the beginning of another one. A comma or a full stop
    # parts most acronyms and initials.
    capital = f"[{_members()}]"
    return re.compile(rf"{capital}[ \u3000\n]+{capital}(?![^\W\d_{_members()}])")
