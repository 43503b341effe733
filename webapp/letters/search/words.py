"""The words of a letter as they are searched, and of what is typed to find one.

Both databases are given the same words, so that both find the same letters: neither gets to fold or to part
a text in a way of its own.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from webapp.rules.words import (
    EAST_ASIAN,
    INVISIBLE,
    CodePointRanges,
    long_mark_run,
    mark_members,
    normalise,
)

Phrase: TypeAlias = tuple[str, ...]
"""Words that stand next to each other."""

MOST_CHARACTERS = 100_000
"""Of one field that are searched; the longest letter that a paper takes has a tenth of that."""
LONGEST_WORD = 80
"""Characters by which a word is known; what is longer is an address or no word."""
MOST_WORDS_TYPED = 24
"""That are looked for; more than that is a text, and like letters are found in another way."""
BOUNDARY = "¶"
"""Parts two fields, so that no phrase goes from one to the next; nothing folded has it."""
HIGHEST_POSITION = 16_383
"""That PostgreSQL keeps of a word; those behind it count as standing there."""

_APOSTROPHES = str.maketrans("", "", "'`\u00b4\u02bc\u2018\u2019\uff07")
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not take apart, and that people type without their strokes."""
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_LATER_JAMO: CodePointRanges = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))
"""Vowels and finals of Hangul, which make one character with what stands before them."""
_CHUNK = re.compile(r"\S+")
_PLAIN_WORD = re.compile("[a-z0-9]+")
"""As `_word` finds it, in a fifth of the time, where all is ASCII."""
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['`]+[A-Za-z0-9]+)*")
_QUOTED = re.compile(r'["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]')


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` without case, accents and punctuation.

    Each East Asian character is a word of its own; a hyphen parts words, an apostrophe does not.
    """
    folded = _folded(text[:MOST_CHARACTERS])
    found = _PLAIN_WORD.findall(folded) if folded.isascii() else _word().findall(folded)
    return [word[:LONGEST_WORD] for word in found]


def places_of_words(text: str) -> list[tuple[int, int]]:
    """Return where each word of `words_of` begins and ends in ``text`` as it stands, in their order."""
    places: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(text[:MOST_CHARACTERS]):
        begin = chunk.start()
        if chunk[0].isascii():
            places += [(begin + word.start(), begin + word.end()) for word in _ASCII_WORD.finditer(chunk[0])]
            continue
        signs, folded = _folded_signs(chunk[0])
        for word in _word().finditer(folded):
            places.append((begin + signs[word.start()][0], begin + signs[word.end() - 1][1]))
    return places


def number_of_east_asian(words: Iterable[str]) -> int:
    """Return how many of some words are one character of a script that is written without spaces."""
    first = chr(EAST_ASIAN[0][0])
    # Most words are before all of these; to ask of each what it is takes longer than all else.
    return sum(_east_asian().match(word) is not None for word in words if word >= first)


def phrases_of(typed: str) -> tuple[Phrase, ...]:
    """Return what has to stand in a letter for ``typed`` to find it.

    What is between quotation marks is one phrase. So is what is typed without a space and has several words
    all the same: trade-off, 電車.
    """
    wanted: list[Phrase] = []
    left = MOST_WORDS_TYPED
    for chunk in [*_QUOTED.findall(typed), *_QUOTED.sub(" ", typed).split()]:
        phrase = tuple(words_of(chunk)[:left])
        left -= len(phrase)
        if phrase and phrase not in wanted:
            wanted.append(phrase)
    return tuple(wanted)


def as_fts(fields: Iterable[Sequence[str]]) -> str:
    """Return the words of a letter's fields as SQLite's FTS5 takes them, parted by spaces."""
    return f" {BOUNDARY} ".join(" ".join(words) for words in fields if words)


def as_tsvector(fields: Iterable[Sequence[str]]) -> str:
    """Return the words of a letter's fields with their positions, as PostgreSQL writes a ``tsvector``."""
    positions: dict[str, list[int]] = {}
    position = 0
    for words in fields:
        for position, word in enumerate(words, position + 1):  # noqa: B020 -- counts on
            positions.setdefault(word, []).append(min(position, HIGHEST_POSITION))
        position += 1
    return " ".join(f"'{word}':{','.join(map(str, found))}" for word, found in positions.items())


def as_fts_query(phrases: Iterable[Phrase]) -> str:
    """Return the question for all of ``phrases`` as FTS5 takes it."""
    return " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)


def as_tsquery(phrases: Iterable[Phrase]) -> str:
    """Return the question for all of ``phrases`` as PostgreSQL writes a ``tsquery``."""
    return " & ".join(f"({' <-> '.join(repr(word) for word in phrase)})" for phrase in phrases)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    bounded = long_mark_run().sub("", normalise(text))
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", bounded)).casefold()
    return unicodedata.normalize("NFC", bare).translate(_PLAIN).translate(_APOSTROPHES)


def _folded_signs(chunk: str) -> tuple[list[tuple[int, int]], str]:
    """Fold a text sign by sign; return for each folded character from where to where its sign stands."""
    places, folded = [], []
    for sign in _sign().finditer(chunk):
        characters = _folded(sign[0])
        folded.append(characters)
        places += [sign.span()] * len(characters)
    return places, "".join(folded)


@functools.cache
def _word() -> re.Pattern[str]:
    east_asian = _members(EAST_ASIAN)
    return re.compile(rf"(?=[^\W_])[{east_asian}]|(?:(?![{east_asian}])[^\W_])+")


@functools.cache
def _east_asian() -> re.Pattern[str]:
    return re.compile(f"[{_members(EAST_ASIAN)}]")


@functools.cache
def _sign() -> re.Pattern[str]:
    """Return the pattern of a character with what is folded together with it, or not seen at all."""
    return re.compile(f"(?s:.)[{mark_members()}{_members((*INVISIBLE, *_LATER_JAMO))}]*")


def _members(ranges: CodePointRanges) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
