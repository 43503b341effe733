"""Search words: splitting letters and search queries into words without case and accents, for both databases.

It also builds the indexed documents and the queries in the syntax of FTS5, ``tsvector`` and ``tsquery``.

Words are split and folded here and not by the databases' tokenizers and dictionaries, so that SQLite and
PostgreSQL find the same letters.

An apostrophe parts a word in the full-text index: of “l’affaire” and “council’s” the index has the parts, and
the whole word once more without its apostrophe. `normalised_words`, from which fingerprints of passages are
computed and stored, only leaves the apostrophe out.
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
Term: TypeAlias = tuple[Phrase, ...]
"""One part of a query: a letter that matches contains at least one of these phrases."""

MAX_CHARACTERS = 100_000
"""Characters of a field that are indexed, and of the folded text; the longest letter that a paper takes has a
tenth of that."""
LONGEST_WORD = 80
"""Characters of a word that are indexed; longer ones are addresses or no words."""
MAX_QUERY_WORDS = 24
"""Words of a query that are used. Whoever types more has a text, and `webapp.letters.similar` finds that."""
BOUNDARY = "¶"
"""Separates two fields in FTS5, so that no phrase matches across them; folded words never contain it."""
MAX_TSVECTOR_POSITION = 16_383
"""The highest word position that PostgreSQL stores; words after it are given this position."""

_APOSTROPHES = str.maketrans("", "", "'`\u00b4\u02bc\u2018\u2019\uff07")
_APOSTROPHE = "'"
_SEARCHED_APOSTROPHES = re.compile(
    "[`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u055a\u05f3\u2018\u2019\u201b\u2032\ua78b\ua78c\uff07]"
)
"""What people type for an apostrophe in any language: accents, primes, modifier letters, the okina, the
geresh."""
_FRENCH_ELISIONS = "entr jusqu lorsqu presqu puisqu qu quelqu quoiqu"
_ITALIAN_ELISIONS = (
    "agl all anch bell coll cos dagl dall degl dell dov gl grand mezz negl nell nessun ogn quand quant"
    " quegl quell quest sant senz sott sugl sull tutt un"
)
_ELIDED_WORDS = frozenset(f"{_FRENCH_ELISIONS} {_ITALIAN_ELISIONS}".split())
"""Shortened words that stand before an apostrophe and belong to the word behind it.

A single letter there is one in every language: l’, d’, O’."""
_CONTRACTED_WORDS = frozenset(
    ("he", "here", "how", "let", "she", "that", "there", "this", "what", "when", "where", "who", "why")
)
"""English words after which ’s stands for “is” or “us”: nobody who types “that’s” looks for “that”."""
_CONTRACTIONS = frozenset(("d", "ll", "m", "re", "t", "ve"))
"""English verbs and “not” behind an apostrophe."""
_LONGEST_ENDING = 3
"""Letters of an ending behind an apostrophe: council’s, Ankara’dan, Joyce’a."""
_SHORTEST_STEM = 3
"""Letters that remain of a word without its ending: two are mostly a pronoun (it’s)."""
_SHORTEST_STEM_AFTER_ELISION = 2
"""Letters that remain of a word without the elided word before it: l’or."""
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
_FOLDED_ASCII_SEARCH_WORD = re.compile("[a-z0-9]+(?:'+[a-z0-9]+)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['`]+[A-Za-z0-9]+)*")
_QUOTED = re.compile(r'["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]')


def normalised_words(text: str) -> list[str]:
    """Return the words of ``text`` without case, accents and punctuation.

    Each East Asian character is a word of its own; a hyphen separates words, an apostrophe doesn't. Only the
    first `MAX_CHARACTERS` characters are read, and longer words are cut to `LONGEST_WORD`.
    """
    # Cut again: folded, one character can be eighteen (U+FDFA).
    folded = _fold(text[:MAX_CHARACTERS])[:MAX_CHARACTERS]
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


def parse_query(typed: str) -> tuple[Term, ...]:
    """Return the terms that must all match in a letter that matches the query ``typed``.

    Text between quotation marks is one phrase. So is text typed without a space that is several words:
    trade-off, 電車. Quoted phrases come first, repeated ones are left out, and so is all after
    `MAX_QUERY_WORDS` words. The result is empty if nothing typed is a word.

    Each phrase is looked for with its words parted at apostrophes and as if there were none: “don’t” finds
    “dont”, “dont” finds “don’t”. Outside of quotation marks a word also finds itself without an elided word
    before it and without an ending behind it: “l’affaire” finds “affaire”, “council’s” finds “council”.
    """
    terms: list[Term] = []
    words_left = MAX_QUERY_WORDS
    quoted = _QUOTED.findall(typed)
    for number, chunk in enumerate([*quoted, *_QUOTED.sub(" ", typed).split()]):
        words = _search_words(chunk)[:words_left]
        words_left -= len(words)
        if not words:
            continue
        phrases = [
            tuple(part for parts in words for part in parts),
            tuple("".join(parts) for parts in words),
        ]
        if number >= len(quoted):
            phrases.append(tuple(part for parts in words for part in _stem(parts)))
        term = tuple(dict.fromkeys(phrases))
        if term not in terms:
            terms.append(term)
    return tuple(terms)


def indexed_fields(texts: Iterable[str]) -> list[list[str]]:
    """Return the words of a letter's texts, a list for each text, as they are indexed.

    Words with an apostrophe are parted there. Behind the texts each of them comes once more without its
    apostrophe, as a field of its own.
    """
    fields: list[list[str]] = []
    with_apostrophe: dict[str, None] = {}
    for text in texts:
        folded = _fold_for_search(text[:MAX_CHARACTERS])[:MAX_CHARACTERS]
        pattern = _FOLDED_ASCII_WORD if folded.isascii() else _word_pattern()
        fields.append([word[:LONGEST_WORD] for word in pattern.findall(folded)])
        if _APOSTROPHE in folded:
            # Few words have one: parting all of them takes three times as long.
            chunks = " ".join(chunk for chunk in folded.split() if _APOSTROPHE in chunk)
            parted = _part_words(chunks)
            with_apostrophe.update(dict.fromkeys("".join(parts) for parts in parted if len(parts) > 1))
    return [*fields, *([word] for word in with_apostrophe)]


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


def fts_query(terms: Iterable[Term]) -> str:
    """Return the FTS5 query for all of ``terms``; empty, which FTS5 refuses, if there are none."""
    return " AND ".join(f"({' OR '.join(map(_fts_phrase, term))})" for term in terms)


def tsquery_text(terms: Iterable[Term]) -> str:
    """Return the query for all of ``terms`` in the syntax of a ``tsquery``; empty if there are none."""
    return " & ".join(f"({' | '.join(map(_tsquery_phrase, term))})" for term in terms)


def _fts_phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"'


def _tsquery_phrase(phrase: Phrase) -> str:
    return f"({' <-> '.join(map(repr, phrase))})"


def _search_words(text: str) -> list[tuple[str, ...]]:
    """Return the words of `normalised_words`, each as its parts between apostrophes."""
    return _part_words(_fold_for_search(text[:MAX_CHARACTERS])[:MAX_CHARACTERS])


def _part_words(folded: str) -> list[tuple[str, ...]]:
    pattern = _FOLDED_ASCII_SEARCH_WORD if folded.isascii() else _search_word_pattern()
    return [
        tuple(part[:LONGEST_WORD] for part in word.split(_APOSTROPHE) if part)
        for word in pattern.findall(folded)
    ]


def _stem(parts: Sequence[str]) -> Sequence[str]:
    """Return the parts of a word without elided words before it and without an ending behind it.

    All parts are returned where too little would remain, and of English contractions (don’t, that’s).
    """
    begin, end = 0, len(parts)
    while begin < end - 1 and (len(parts[begin]) == 1 or parts[begin] in _ELIDED_WORDS):
        begin += 1
    is_elided = begin > 0
    if end - begin > 1 and len(parts[-1]) <= _LONGEST_ENDING:
        if parts[-1] in _CONTRACTIONS or parts[begin] in _CONTRACTED_WORDS:
            return parts
        end -= 1
    shortest = _SHORTEST_STEM_AFTER_ELISION if is_elided and end == len(parts) else _SHORTEST_STEM
    return parts[begin:end] if sum(map(len, parts[begin:end])) >= shortest else parts


def _fold(text: str) -> str:
    """Return ``text`` without case, accents and apostrophes."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    return _without_case_and_accents(text).translate(_APOSTROPHES)


def _fold_for_search(text: str) -> str:
    """Return ``text`` without case and accents, with one and the same character for all apostrophes."""
    if text.isascii():
        return text.lower().replace("`", _APOSTROPHE)
    bare = _without_case_and_accents(_SEARCHED_APOSTROPHES.sub(_APOSTROPHE, text))
    return _SEARCHED_APOSTROPHES.sub(_APOSTROPHE, bare)


def _without_case_and_accents(text: str) -> str:
    bounded = long_mark_run_pattern().sub("", normalise(text))
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", bounded)).casefold()
    return unicodedata.normalize("NFC", bare).translate(_BASE_LETTERS)


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
def _search_word_pattern() -> re.Pattern[str]:
    east_asian = _character_class(EAST_ASIAN)
    letters = rf"(?:(?![{east_asian}])[^\W_])+"
    return re.compile(rf"(?=[^\W_])[{east_asian}]|{letters}(?:{_APOSTROPHE}+{letters})*")


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
