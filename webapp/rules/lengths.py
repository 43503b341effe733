"""The length of a letter in a paper's unit: words, characters with or without spaces, or lines.

Words are counted in `words`. The other units count the code points of the text as it is compared, in NFC and
without invisible characters, but for combining marks, which share the place of a letter. LibreOffice Writer
7.4 counts clusters by the rules of its ICU: the same in most scripts, measured, but fewer where conjuncts or
the parts of an emoji join, and more in Burmese. Versions of these rules differ, and browser and server have
to agree. Breaks of lines and paragraphs are no characters. Patterns for the browser are made here of the same
character ranges.
"""

import functools
import re
from collections.abc import Container
from dataclasses import dataclass

from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.rules.words import (
    EAST_ASIAN,
    MAX_MARK_RUN,
    SPACES,
    CodePointRanges,
    class_members,
    combining_mark_ranges,
    combining_marks,
    count_words,
    in_javascript,
    in_python,
    normalise,
    word_patterns,
)

LINE_BREAKS: CodePointRanges = ((0x000A, 0x000D), (0x0085, 0x0085), (0x2028, 0x2029))
"""Characters that end a paragraph or a line."""
UNSPACED: CodePointRanges = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x19E0, 0x19FF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
)
"""Thai, Lao, Burmese and Khmer, which put spaces between sentences and not between words.

Their words can be told apart with a dictionary only. No two dictionaries give the same count, so that the
browser and the server would differ; papers in these languages count characters.
"""


@dataclass(frozen=True, slots=True)
class Length:
    """A length in a unit.

    Attributes:
        unit: The unit.
        actual: How many of it; 0 for a text without a letter, digit or sign in it.
    """

    unit: LengthUnit
    actual: int


def measure(text: str, limits: LengthLimits) -> Length:
    """Return the length of ``text`` in the unit of ``limits``, in time linear in its length."""
    return Length(limits.unit, _count(text, limits))


def _count(text: str, limits: LengthLimits) -> int:
    match limits.unit:
        case LengthUnit.WORDS:
            return count_words(text)
        case LengthUnit.CHARACTERS:
            return count_characters(text)
        case LengthUnit.CHARACTERS_WITHOUT_SPACES:
            return count_characters(text, with_spaces=False)
        case LengthUnit.LINES:
            return count_lines(text, limits.line_length)


def count_characters(text: str, *, with_spaces: bool = True) -> int:
    """Return the number of characters in ``text``, line breaks left out.

    Args:
        text: Any text.
        with_spaces: Whether white space between words counts. Spaces at the ends of a paragraph always do.
    """
    left_out = _one_of(LINE_BREAKS if with_spaces else SPACES)
    return len(left_out.sub("", _without_marks(text)))


def count_lines(text: str, line_length: int) -> int:
    """Return the number of lines that ``text`` fills where a line has ``line_length`` characters.

    Each paragraph begins a line, and empty ones take none. A line is broken at white space, which the break
    takes the place of, and on each side of an East Asian character; a longer word is broken where the line
    ends. This is how a letter is set flush left without hyphenation.
    """
    return sum(
        _lines_of(paragraph, line_length) for paragraph in _one_of(LINE_BREAKS).split(_without_marks(text))
    )


def _lines_of(paragraph: str, line_length: int) -> int:
    lines = column = last_end = 0
    for piece in _piece().finditer(paragraph):
        length = piece.end() - piece.start()
        gap = 1 if column and piece.start() > last_end else 0
        last_end = piece.end()
        if lines and column + gap + length <= line_length:
            column += gap + length
            continue
        # The word begins a line, and goes on in as many more as it fills.
        further, column = divmod(length - 1, line_length)
        column += 1
        lines += 1 + further
    return lines


def browser_patterns(units: Container[LengthUnit]) -> dict[str, str]:
    """Return what the browser needs in order to count as this module does, by the names of data attributes.

    Regular expressions for JavaScript with the flags ``gu``, contents of character classes, and the longest
    run of combining marks that is normalised. The marks themselves, 4 kB, are left out where words alone are
    counted; a browser's own list can be that of another version of Unicode.

    Args:
        units: The units that are counted on the page.
    """
    patterns = word_patterns(in_javascript)
    counts_characters = any(unit in units for unit in LengthUnit if unit is not LengthUnit.WORDS)
    return {
        "invisible": patterns.invisible,
        "double-hyphen": patterns.double_hyphen,
        "word": patterns.word,
        "longest-mark-run": str(MAX_MARK_RUN),
        "line-breaks": class_members(in_javascript, LINE_BREAKS),
        "spaces": class_members(in_javascript, SPACES),
        "east-asian": class_members(in_javascript, EAST_ASIAN),
        "marks": class_members(in_javascript, combining_marks()) if counts_characters else "",
    }


def count_unspaced_letters(text: str) -> int:
    """Return how many characters of ``text`` are of scripts that put no spaces between words."""
    return 0 if text.isascii() else len(_one_of(UNSPACED).findall(normalise(text)))


def _without_marks(text: str) -> str:
    """Return ``text`` as it is counted: normalised, and without combining marks."""
    normal = normalise(text)
    return normal if normal.isascii() else _mark().sub("", normal)


@functools.cache
def _mark() -> re.Pattern[str]:
    return re.compile(f"[{combining_mark_ranges()}]")


@functools.cache
def _one_of(ranges: CodePointRanges) -> re.Pattern[str]:
    return re.compile(f"[{class_members(in_python, ranges)}]")


@functools.cache
def _piece() -> re.Pattern[str]:
    """Return the pattern of what stays together in a line: one East Asian character, or a run of others."""
    east_asian = class_members(in_python, EAST_ASIAN)
    return re.compile(f"[{east_asian}]|[^{class_members(in_python, SPACES, EAST_ASIAN)}]+")
