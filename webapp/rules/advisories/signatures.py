"""Detector of several signatures; returns the number of people who signed a letter, 0 for one."""

import re
from collections import Counter
from dataclasses import dataclass

from webapp.rules.advisories.joined_names import Joined, read_joined_names
from webapp.rules.advisories.layout import VALEDICTION, Layout
from webapp.rules.advisories.person_names import (
    TITLES,
    has_known_name_part,
    is_caseless,
    is_east_asian_name,
    is_person,
    looks_like_full_name,
)
from webapp.rules.advisories.place_names import is_known_place
from webapp.rules.advisories.word_lists import word_set
from webapp.rules.text_folding import fold

MIN_SIGNATURES = 2
MIN_UNKNOWN_NAMES = 4
"""Number of names from which none needs a known part: a name and two address lines look like three names."""
MIN_NAMES_ALONE = 3
"""The same where the block has nothing but names in it: an address mostly has a line that can't be one."""

MAX_SIGNATURE_LINES = 60
MAX_SIGNATURE_LINE_LENGTH = 400
"""Characters; a longer line is taken for a sentence."""
MAX_LINE_END_LENGTH = 100
"""Characters at the end of a line that are examined to tell whether it is a sentence."""
MAX_CASELESS_LINE_LENGTH = 120
"""Characters; a longer line in a script without capitals is taken for a sentence."""

MAX_LOWER_CASE_WORDS = 5
"""Lower-case words in a line that isn't a sentence, such as “on behalf of the tenants of Block C”."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$")
_CASELESS_SENTENCE_END = re.compile(r"[.!?…।॥؟۔。։።။។]$")  # noqa: RUF001
_WORD = re.compile(r"[^\W\d_]{2,}")
_LIST_MARKER = re.compile(r"(?:\(?\d{1,3}[.)]|[-•*–—])\s*")
_PARENTHESIS = re.compile(r"\s*\([^)]*\)|\s*\uff08[^\uff09]*\uff09")
_AFTER_NAME = re.compile(r"\s*[,;،]\s|\s[–—-]\s|\s*\||\s*\(")
_FROM = re.compile(r"(?:from|von|de|da|van|från|fra|od|от|від|από)\s*:?\s+", re.IGNORECASE)
_SIGN_OFF_IN_LINE = re.compile(
    r"(?<=[.!?…”\"] )(?:we are,? (?:sirs?|madam),? )?yours,? (?:etc|&c|sincerely|faithfully|truly)[.,]*\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    """The people who sign in one line.

    Attributes:
        joined: Their names, and the number of people without one.
        has_more: Whether something follows the name: a place, a title, a parenthesis.
    """

    joined: Joined
    has_more: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return self.joined.names


def count_signatures(layout: Layout) -> int:
    """Return how many people signed at the end, or in a line “From … and …” at the top; 0 if only one did.

    Several names are people only where something says so, as a name and the lines of an address look alike:
    an “and” between them in any of the larger languages, known names, or lines of equal shape. A name that
    stands there twice counts once. People of whom only the number is given (“and 14 others”) count.
    """
    return _count_at_the_end(layout) or _count_at_the_top(layout)


def _count_at_the_end(layout: Layout) -> int:
    written = _signature_lines(layout)
    lines: list[_Line] = []
    for line in written:
        lines.append(_read_line(line, is_first=not any(each.names for each in lines)))
    if not any(line.names for line in lines):
        return 0
    others = sum(line.joined.others for line in lines)
    named = [line.names for line in lines if line.names]
    names = _without_repetitions(named)
    if others or any(line.joined.is_sure for line in lines):
        surely_signing = [
            line.names
            for line in lines
            if line.names
            and (line.joined.is_sure or line.names == named[0] or all(map(_is_known_person, line.names)))
        ]
        total = len(_without_repetitions(surely_signing)) + others
    elif _are_people(names, lines):
        total = len(_in_one_script(names))
    else:
        total = 0
    return total if total >= MIN_SIGNATURES else 0


def _count_at_the_top(layout: Layout) -> int:
    first = layout.paragraphs[0][0] if layout.paragraphs else ""
    start = _FROM.match(first.lstrip())
    if not start or len(first) > MAX_SIGNATURE_LINE_LENGTH:
        return 0
    line = _read_line(first.lstrip()[start.end() :])
    total = len(line.names) + line.joined.others
    return total if total >= MIN_SIGNATURES and (line.joined.is_sure or line.joined.others) else 0


def _are_people(names: list[str], lines: list[_Line]) -> bool:
    """Return whether the names after the first one are of people.

    The first line is a name anyway; the lines below it may be an address.
    """
    if len(names) < MIN_SIGNATURES:
        return False
    others = [name for name in names[1:] if not is_known_place(name)]
    if len(others) < len(names) - 1 and len(names) < MIN_UNKNOWN_NAMES:
        return False
    is_all_names = all(line.names for line in lines)
    is_known = has_known_name_part if is_all_names and len(names) > MIN_SIGNATURES else is_person
    surnames = Counter(_surname(name) for name in names)
    known = sum(
        (is_person if is_east_asian_name(name) else is_known)(name) or surnames[_surname(name)] > 1
        for name in others
    )
    if known and known * 2 >= len(names) - 1:
        return True
    # A known name above unknown ones is rather one above an address.
    least = MIN_NAMES_ALONE if is_all_names and not is_person(names[0]) else MIN_UNKNOWN_NAMES
    with_more = sum(line.has_more for line in lines if line.names)
    # Each with a place or a title behind it, as no line of an address has.
    return len(others) + 1 >= least or (is_all_names and with_more == len(lines))


def _surname(name: str) -> str:
    return (fold(name).split() or [name])[-1]


def _is_known_person(name: str) -> bool:
    return is_person(name) and not is_known_place(name)


def _without_repetitions(lines: list[tuple[str, ...]]) -> list[str]:
    """Return the names in all lines, each person once: “Ann Lee”, “Ms ANN LEE” and “A. Lee” are one.

    Those in one line are different people: “Mr and Mrs J. Lee”.
    """
    kept: list[str] = []
    seen: list[list[str]] = []
    for names in lines:
        new = [(name, words) for name in names if (words := _words_of_name(name))]
        new = [(name, words) for name, words in new if not any(_is_same_person(words, each) for each in seen)]
        kept += [name for name, _ in new]
        seen += [words for _, words in new]
    return kept


def _words_of_name(name: str) -> list[str]:
    words = fold(name).split()
    return [word for word in words if word not in word_set(TITLES)] or words


def _is_same_person(words: list[str], other: list[str]) -> bool:
    """Return whether one name has the other's words, some of them as initials, in the same order."""
    short, long = sorted((words, other), key=len)
    if short[-1] != long[-1] or short[0][:1] != long[0][:1]:
        return "".join(words) == "".join(other)
    rest = iter(long)
    return all(any(each == word or each[0] == word or each == word[0] for each in rest) for word in short)


def _in_one_script(names: list[str]) -> list[str]:
    """Return the names in the commoner script, where each person signs in two: 陳大文, Chan Tai-man."""
    east_asian = [name for name in names if is_east_asian_name(name)]
    return east_asian if len(east_asian) * 2 == len(names) else names


def _signature_lines(layout: Layout) -> list[str]:
    """Return the lines below the last sentence, in order, without the valediction."""
    signature_lines: list[str] = []
    for line in reversed(layout.lines[-MAX_SIGNATURE_LINES:]):
        closing = VALEDICTION.match(line)
        if closing:
            rest = line[closing.end() :]
            return [*([rest] if rest and not _is_sentence(rest) else []), *signature_lines]
        if line.endswith((":", "\uff1a")):
            # A colon introduces a list of something else.
            return []
        if _is_sentence(line):
            # In print the names often follow the text in its last line.
            found = list(_SIGN_OFF_IN_LINE.finditer(line, max(0, len(line) - MAX_SIGNATURE_LINE_LENGTH)))
            return [*([line[found[-1].end() :]] if found else []), *signature_lines]
        signature_lines.insert(0, line)
    return []


def _is_sentence(line: str) -> bool:
    if len(line) > MAX_SIGNATURE_LINE_LENGTH or line[-1] in "。\uff01\uff1f":
        return True
    end = line[-MAX_LINE_END_LENGTH:]
    words = _WORD.findall(_PARENTHESIS.sub("", end))
    if words and all(map(is_caseless, words)):
        return len(line) > MAX_CASELESS_LINE_LENGTH or bool(_CASELESS_SENTENCE_END.search(end))
    lower_case_words = sum(word.islower() and not is_caseless(word) for word in words)
    if lower_case_words <= 1 or (lower_case_words <= MAX_LOWER_CASE_WORDS and not _SENTENCE_END.search(end)):
        return False
    return not read_joined_names(end).others


def _read_line(line: str, *, is_first: bool = True) -> _Line:
    # With single spaces: the patterns below try each part of a run of them.
    line = _LIST_MARKER.sub("", " ".join(line.split()), count=1)
    text = _PARENTHESIS.sub("", line).rstrip(" .")
    joined = read_joined_names(text, is_first=is_first)
    if joined.names:
        return _Line(joined)
    name, *more = _AFTER_NAME.split(text, maxsplit=1)
    is_name = looks_like_full_name(name) or is_east_asian_name(name)
    has_more = bool("".join(more).strip()) or text != line.rstrip(" .")
    return _Line(Joined((name,) if is_name else (), joined.others), has_more)
