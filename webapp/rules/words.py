"""Word count, defined once as patterns for Python and the browser; Unicode normalisation of text.

The count equals that of a word processor (LibreOffice Writer 7.4, measured on the shared test vectors),
except that invisible characters never count. The character ranges are written out because white space differs
between Python and browsers (U+FEFF, U+0085, U+001C-1F).
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

CodePointRanges: TypeAlias = tuple[tuple[int, int], ...]

INVISIBLE: CodePointRanges = (
    (0x00AD, 0x00AD),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
)
"""Deleted before counting: soft hyphens, zero-width spaces and joiners, direction marks, byte order marks."""

SPACES: CodePointRanges = (
    (0x0009, 0x000D),
    (0x001C, 0x0020),
    (0x0085, 0x0085),
    (0x00A0, 0x00A0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
"""White space; separates words."""

DASHES: CodePointRanges = ((0x2013, 0x2014),)
"""En and em dash: they separate words even without spaces around them. Of two or more hyphens only what
follows is separated: they belong to the word before them, or are one where none is."""

EAST_ASIAN: CodePointRanges = (
    (0x2E80, 0x2FDF),
    (0x3001, 0x318F),
    (0x31A0, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),
    (0x20000, 0x3134F),
)
"""East Asian scripts, which use no spaces: every character counts as a word."""

PLANES_WITH_MARKS = (range(0x300, 0x40000), range(0xE0000, 0xF0000))
"""Unicode's planes 0 to 3 and 14: the others have no characters, or private ones, which are no marks."""

MAX_MARK_RUN = 30
"""The longest run of combining marks that is normalised.

No language uses more (Unicode Standard Annex 15, Stream-Safe Text Format). Canonical ordering takes time
quadratic in the length of the run, in Python and in browsers: 100,000 marks took 7.5 s, measured.
"""


@dataclass(frozen=True, slots=True)
class WordPatterns:
    """The regular expressions of the word count in one language's syntax, without look-behind.

    Attributes:
        invisible: One invisible character, to delete first.
        double_hyphen: Two or more hyphens before a word, as group 1, with the character before them; to
            replace by the group and a space. With that character a search can't begin inside of a run, which
            would make it quadratic.
        word: One word, to count.
    """

    invisible: str
    double_hyphen: str
    word: str


def in_python(code_point: int) -> str:
    """Return a code point as it stands in a pattern of Python's `re`."""
    return f"\\U{code_point:08x}"


def in_javascript(code_point: int) -> str:
    """Return a code point as it stands in a JavaScript ``RegExp`` with the flag ``u``."""
    return f"\\u{{{code_point:X}}}"


def class_members(escape: Callable[[int], str], *ranges: CodePointRanges) -> str:
    """Return the content of a character class; ``escape`` writes a code point, as `in_python` does."""
    return "".join(f"{escape(first)}-{escape(last)}" for group in ranges for first, last in group)


def word_patterns(escape: Callable[[int], str]) -> WordPatterns:
    """Return the patterns; ``escape`` writes a code point in the regular expression syntax of the target."""
    spaces = class_members(escape, SPACES)
    return WordPatterns(
        invisible=f"[{class_members(escape, INVISIBLE)}]",
        double_hyphen=f"((?:^|[^-])--+)(?=[^{spaces}-])",
        word=f"[{class_members(escape, EAST_ASIAN)}]|[^{class_members(escape, SPACES, DASHES, EAST_ASIAN)}]+",
    )


def _ranges(code_points: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Yield the ranges (first, last) of consecutive numbers in ascending ``code_points``."""
    first = last = -1
    for code_point in code_points:
        if code_point != last + 1:
            if first >= 0:
                yield first, last
            first = code_point
        last = code_point
    if first >= 0:
        yield first, last


def combining_mark_ranges() -> str:
    """Return all combining marks as the content of a character class, for Python's `re`."""
    return class_members(in_python, combining_marks())


@functools.cache
def combining_marks() -> CodePointRanges:
    """Return the ranges of all combining marks of the Unicode version that Python knows; cached.

    Looking through all 17 planes would take three times as long: 0.2 s in each process.
    """
    marks = (
        code_point
        for plane in PLANES_WITH_MARKS
        for code_point, category in zip(plane, map(unicodedata.category, map(chr, plane)), strict=True)
        if category in {"Mn", "Mc", "Me"}
    )
    return tuple(_ranges(marks))


@functools.cache
def long_mark_run_pattern() -> re.Pattern[str]:
    """Return the pattern of a run of more than `MAX_MARK_RUN` combining marks, as group 1; cached."""
    return re.compile(f"([{combining_mark_ranges()}]{{{MAX_MARK_RUN + 1},}})")


@functools.cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    patterns = word_patterns(in_python)
    return re.compile(patterns.invisible), re.compile(patterns.double_hyphen), re.compile(patterns.word)


def compose(text: str) -> str:
    """Return ``text`` in Unicode normalisation form C, in time linear in its length.

    Runs of more than `MAX_MARK_RUN` combining marks are left unchanged.
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return "".join(
        part if index % 2 else unicodedata.normalize("NFC", part)
        for index, part in enumerate(long_mark_run_pattern().split(text))
    )


def normalise(text: str) -> str:
    """Return ``text`` as it is counted and compared: in NFC and without invisible characters. Idempotent.

    NFC is applied again after the deletion, as it may join characters: か and a combining voiced sound mark
    that were separated by a zero-width space become one character.
    """
    if text.isascii():
        return text
    invisible, _, _ = _compiled()
    return compose(invisible.sub("", compose(text)))


def count_words(text: str) -> int:
    """Return the number of words in ``text``, by the definition of this module."""
    _, double_hyphen, word = _compiled()
    normal = normalise(text)
    if "--" in normal:
        normal = double_hyphen.sub(r"\1 ", normal)
    return len(word.findall(normal))
