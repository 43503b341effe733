"""Search words: splitting letters and search queries into words without case and accents, for both databases.

It also builds the indexed documents and the queries in the syntax of FTS5, ``tsvector`` and ``tsquery``.

Words are split and folded here and not by the databases' tokenizers and dictionaries, so that SQLite and
PostgreSQL find the same letters.
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
    combining_mark_ranges,
    long_mark_run_pattern,
    normalise,
)

Phrase: TypeAlias = tuple[str, ...]
"""Consecutive words."""

MAX_CHARACTERS = 100_000
"""Characters of a field that are indexed; the longest letter that a paper takes has a tenth of that."""
LONGEST_WORD = 80
"""Characters of a word that are indexed; longer ones are addresses or no words."""
MAX_QUERY_WORDS = 24
"""Words of a query that are used. Whoever types more has a text, and `webapp.letters.similar` finds that."""
BOUNDARY = "¶"
"""Separates two fields in FTS5, so that no phrase matches across them; folded words never contain it."""
MAX_TSVECTOR_POSITION = 16_383
"""The highest word position that PostgreSQL stores; words after it are given this position."""

_APOSTROPHES = str.maketrans("", "", "'`\u00b4\u02bc\u2018\u2019\uff07")
_BASE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode doesn't decompose and that people also type without their strokes."""
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_TRAILING_JAMO: CodePointRanges = ((0x1160, 0x11FF), (0xD7B0, 0xD7FF))
"""Hangul vowels and finals, which combine with the character before them."""
_CHUNK = re.compile(r"\S+")
_FOLDED_ASCII_WORD = re.compile("[a-z0-9]+")
"""Matches what `_word_pattern` matches in ASCII text, in a fifth of the time."""
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['`]+[A-Za-z0-9]+)*")
_QUOTED = re.compile(r'["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]')


def normalised_words(text: str) -> list[str]:
    """Return the words of ``text`` without case, accents and punctuation.

    Each East Asian character is a word of its own; a hyphen separates words, an apostrophe doesn't. Only the
    first `MAX_CHARACTERS` characters are read, and longer words are cut to `LONGEST_WORD`.
    """
    folded = _fold(text[:MAX_CHARACTERS])
    pattern = _FOLDED_ASCII_WORD if folded.isascii() else _word_pattern()
    return [word[:LONGEST_WORD] for word in pattern.findall(folded)]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the start and end in ``text`` of each word of `normalised_words`, in the same order.

    The span of a word that `normalised_words` cuts is that of the whole word.
    """
    spans: list[tuple[int, int]] = []
    for chunk in _CHUNK.finditer(text[:MAX_CHARACTERS]):
        begin = chunk.start()
        if chunk[0].isascii():
            spans += [(begin + word.start(), begin + word.end()) for word in _ASCII_WORD.finditer(chunk[0])]
            continue
        character_spans, folded = _fold_with_spans(chunk[0])
        for word in _word_pattern().finditer(folded):
            first, last = character_spans[word.start()], character_spans[word.end() - 1]
            spans.append((begin + first[0], begin + last[1]))
    return spans


def count_east_asian_words(words: Iterable[str]) -> int:
    """Return how many of ``words`` are a single character of a script that is written without spaces."""
    first = chr(EAST_ASIAN[0][0])
    # The string comparison spares most words the regular expression, which takes most of the time.
    return sum(_east_asian_pattern().match(word) is not None for word in words if word >= first)


def parse_phrases(typed: str) -> tuple[Phrase, ...]:
    """Return the phrases, of normalised words, that a letter must contain to match the query ``typed``.

    Text between quotation marks is one phrase. So is text typed without a space that is several words:
    trade-off, 電車. Quoted phrases come first, repeated ones are left out, and so is all after
    `MAX_QUERY_WORDS` words. The result is empty if nothing typed is a word.
    """
    phrases: list[Phrase] = []
    words_left = MAX_QUERY_WORDS
    for chunk in [*_QUOTED.findall(typed), *_QUOTED.sub(" ", typed).split()]:
        phrase = tuple(normalised_words(chunk)[:words_left])
        words_left -= len(phrase)
        if phrase and phrase not in phrases:
            phrases.append(phrase)
    return tuple(phrases)


def fts_document(fields: Iterable[Sequence[str]]) -> str:
    """Return the words of a letter's fields as the text that SQLite's FTS5 indexes.

    `BOUNDARY` separates the fields; those without words are left out.
    """
    return f" {BOUNDARY} ".join(" ".join(words) for words in fields if words)


def tsvector_document(fields: Iterable[Sequence[str]]) -> str:
    """Return the words of a letter's fields with their positions in the syntax of a ``tsvector``.

    Between two fields one position is left out, so that no phrase matches across them.
    """
    positions: dict[str, list[int]] = {}
    position = 0
    for words in fields:
        for position, word in enumerate(words, position + 1):  # noqa: B020 -- positions go on in the next field
            positions.setdefault(word, []).append(min(position, MAX_TSVECTOR_POSITION))
        position += 1
    return " ".join(f"'{word}':{','.join(map(str, found))}" for word, found in positions.items())


def fts_query(phrases: Iterable[Phrase]) -> str:
    """Return the FTS5 query for all of ``phrases``; empty, which FTS5 refuses, if there are none."""
    return " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)


def tsquery_text(phrases: Iterable[Phrase]) -> str:
    """Return the query for all of ``phrases`` in the syntax of a ``tsquery``; empty if there are none."""
    return " & ".join(f"({' <-> '.join(repr(word) for word in phrase)})" for phrase in phrases)


def _fold(text: str) -> str:
    """Return ``text`` without case, accents and apostrophes."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    bounded = long_mark_run_pattern().sub("", normalise(text))
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", bounded)).casefold()
    return unicodedata.normalize("NFC", bare).translate(_BASE_LETTERS).translate(_APOSTROPHES)


def _fold_with_spans(chunk: str) -> tuple[list[tuple[int, int]], str]:
    """Return the folded text and, for each of its characters, the span in ``chunk`` that it comes from."""
    spans, folded = [], []
    for cluster in _cluster_pattern().finditer(chunk):
        characters = _fold(cluster[0])
        folded.append(characters)
        spans += [cluster.span()] * len(characters)
    return spans, "".join(folded)


@functools.cache
def _word_pattern() -> re.Pattern[str]:
    east_asian = _character_class(EAST_ASIAN)
    return re.compile(rf"(?=[^\W_])[{east_asian}]|(?:(?![{east_asian}])[^\W_])+")


@functools.cache
def _east_asian_pattern() -> re.Pattern[str]:
    return re.compile(f"[{_character_class(EAST_ASIAN)}]")


@functools.cache
def _cluster_pattern() -> re.Pattern[str]:
    """Return the pattern of a character with the combining and invisible characters that follow it."""
    following = _character_class((*INVISIBLE, *_TRAILING_JAMO))
    return re.compile(f"(?s:.)[{combining_mark_ranges()}{following}]*")


def _character_class(ranges: CodePointRanges) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
