"""Shared passages of two texts (runs of consecutive words that both contain), and quotes by word index."""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from webapp.letters.search.search_words import count_east_asian_words, normalised_words, word_spans

MIN_PASSAGE_WORDS = 8
"""Consecutive words that make a passage; fewer are a common phrase."""
MIN_SHARED_WORDS = 12
"""Words in all passages together; fewer are a greeting or a signature."""
EAST_ASIAN_WEIGHT = 0.5
"""The weight of an East Asian character, which is counted as a word: mostly two of them make a word."""
MAX_PAIRS_PER_SHINGLE = 16
"""Pairs of positions of one shingle (in either text) up to which all pairs are compared.

If there are more, its first position in the one text is paired with its first in the other, the second with
the second, and so on.
"""

Words: TypeAlias = list[str]
Shingle: TypeAlias = tuple[str, ...]
"""`MIN_PASSAGE_WORDS` consecutive words."""
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SharedRun:
    """Consecutive words that two texts share.

    Attributes:
        start: The index of the first word in the one text's words.
        other_start: Its index in the other text's words.
        length: How many words it has.
    """

    start: int
    other_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as each of two texts spells and punctuates it.

    Attributes:
        words: How many words it has, counted as `normalised_words`.
        text: The passage in the one text.
        other_text: The passage in the other text.
    """

    words: int
    text: str
    other_text: str


def shared_passages(text: str, other: str) -> tuple[Passage, ...]:
    """Return the passages that two texts share, longest first; none if they have too few words together.

    The words are compared as `normalised_words` returns them; which runs count: see `shared_runs`.
    """
    runs = shared_runs(normalised_words(text), normalised_words(other))
    if not runs:
        return ()
    quotes = quote_spans(text, [(run.start, run.length) for run in runs])
    other_quotes = quote_spans(other, [(run.other_start, run.length) for run in runs])
    return tuple(
        Passage(run.length, quote, other_quote)
        for run, quote, other_quote in zip(runs, quotes, other_quotes, strict=True)
    )


def shared_runs(words: Words, others: Words) -> tuple[SharedRun, ...]:
    """Return the runs of words that two lists of normalised words share, longest first.

    A run has at least `MIN_PASSAGE_WORDS`; the result is empty if all together have fewer than
    `MIN_SHARED_WORDS`. East Asian characters count by `EAST_ASIAN_WEIGHT`. No word of either text is in two
    runs. The result doesn't depend on the order of the texts, and the time grows about in proportion to their
    length, whatever they contain.
    """
    if others < words:
        return tuple(SharedRun(run.other_start, run.start, run.length) for run in shared_runs(others, words))
    runs = [run for run in _longest_first(words, others) if _weight(words, run) >= MIN_PASSAGE_WORDS]
    return tuple(runs) if sum(_weight(words, run) for run in runs) >= MIN_SHARED_WORDS else ()


def quote_spans(text: str, parts: Sequence[tuple[int, int]]) -> list[str]:
    """Return parts of ``text``, each given by the index of its first word and its number of words.

    A part begins with its first word and ends with its last one, with all that is between them.

    Raises:
        IndexError: ``text`` has no such words.
    """
    spans = word_spans(text)
    return [text[spans[first][0] : spans[first + length - 1][1]] for first, length in parts]


def on_one_line(quote: str) -> str:
    """Return a part of a text with each run of white space, also line ends, as a single space."""
    return _SPACES.sub(" ", quote)


def _weight(words: Words, run: SharedRun) -> float:
    east_asian = count_east_asian_words(words[run.start : run.start + run.length])
    return run.length - east_asian * (1 - EAST_ASIAN_WEIGHT)


def _longest_first(words: Words, others: Words) -> Iterator[SharedRun]:
    """Yield the longest run, then the longest run of the words that are left in both texts, and so on."""
    if words == others:
        # The same letter to several papers: nothing to search for.
        yield SharedRun(0, 0, len(words))
        return
    remaining = [(-length, start, other_start) for start, other_start, length in _maximal_runs(words, others)]
    heapq.heapify(remaining)
    used, other_used = bytearray(len(words)), bytearray(len(others))
    while remaining:
        negative, start, other_start = heapq.heappop(remaining)
        length = -negative
        is_used = bytes(
            map(max, used[start : start + length], other_used[other_start : other_start + length])
        )
        if 1 not in is_used:
            used[start : start + length] = other_used[other_start : other_start + length] = b"\1" * length
            yield SharedRun(start, other_start, length)
            continue
        for free in re.finditer(rb"\0{%d,}" % MIN_PASSAGE_WORDS, is_used):
            part = (free.start() - free.end(), start + free.start(), other_start + free.start())
            heapq.heappush(remaining, part)


def _maximal_runs(words: Words, others: Words) -> Iterator[tuple[int, int, int]]:
    """Yield each run that can't be extended: its start in both texts and its length.

    Along a run both positions grow by one, so its pairs of positions have the same distance and are
    neighbours once all pairs are sorted by distance and position.
    """
    pairs = sorted(_pairs(words, others))
    first = 0
    for index, (distance, start) in enumerate(pairs, start=1):
        if index == len(pairs) or pairs[index] != (distance, start + 1):
            begin = pairs[first][1]
            yield begin, begin + distance, start - begin + MIN_PASSAGE_WORDS
            first = index


def _pairs(words: Words, others: Words) -> Sequence[tuple[int, int]]:
    """Return the positions of the shingles that both texts contain, as (distance, position in ``words``)."""
    last, other_last = _last_positions(words), _last_positions(others)
    if len(last) > len(words) - MIN_PASSAGE_WORDS and len(other_last) > len(others) - MIN_PASSAGE_WORDS:
        # The fast path: no shingle occurs twice in either text, as in most texts.
        return [
            (other_start - start, start)
            for shingle, start in last.items()
            if (other_start := other_last.get(shingle)) is not None
        ]
    positions, other_positions = _all_positions(words), _all_positions(others)
    return [
        (other_start - start, start)
        for shingle in last.keys() & other_last.keys()
        for start, other_start in _some_pairs(positions[shingle], other_positions[shingle])
    ]


def _some_pairs(starts: Sequence[int], other_starts: Sequence[int]) -> Iterable[tuple[int, int]]:
    if len(starts) * len(other_starts) > MAX_PAIRS_PER_SHINGLE:
        return zip(starts, other_starts, strict=False)
    return product(starts, other_starts)


def _shingles(words: Words) -> Iterator[Shingle]:
    return zip(*(words[start:] for start in range(MIN_PASSAGE_WORDS)), strict=False)


def _last_positions(words: Words) -> dict[Shingle, int]:
    return {shingle: start for start, shingle in enumerate(_shingles(words))}


def _all_positions(words: Words) -> Mapping[Shingle, Sequence[int]]:
    positions: dict[Shingle, list[int]] = defaultdict(list)
    for start, shingle in enumerate(_shingles(words)):
        positions[shingle].append(start)
    return positions
