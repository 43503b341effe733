"""The passages that two texts share, word for word, so that a person sees how alike they are."""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from webapp.letters.search.words import number_of_east_asian, places_of_words, words_of

SHORTEST = 8
"""Words in a row that count as a passage; fewer are a turn of phrase."""
FEWEST_WORDS = 12
"""In all passages together; fewer are a greeting or a signature."""
EAST_ASIAN_WEIGHT = 0.5
"""Of a word that one character is: two characters make a word, more often than not."""
MOST_PAIRS = 16
"""Of places at which the same words stand in both texts that are all looked at. Where they stand more often,
the first place goes with the first one, the second with the second."""

Words: TypeAlias = list[str]
Shingle: TypeAlias = tuple[str, ...]
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that stand in two texts.

    Attributes:
        start: The place of the first among the words of the one text.
        other_start: Its place among the words of the other.
        length: How many they are.
    """

    start: int
    other_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it stands in each of two texts, with its spelling and punctuation.

    Attributes:
        words: How many it has, as they are compared.
    """

    words: int
    text: str
    other_text: str


def shared_passages(text: str, other: str) -> tuple[Passage, ...]:
    """Return the passages that two texts share, the longest first; none where they are too few words."""
    runs = shared_runs(words_of(text), words_of(other))
    if not runs:
        return ()
    quotes = quoted(text, [(run.start, run.length) for run in runs])
    other_quotes = quoted(other, [(run.other_start, run.length) for run in runs])
    return tuple(
        Passage(run.length, quote, other_quote)
        for run, quote, other_quote in zip(runs, quotes, other_quotes, strict=True)
    )


def shared_runs(words: Words, others: Words) -> tuple[Run, ...]:
    """Return the passages that two texts share by the places of their words, the longest first.

    No word of either text is in two of them. It is the same whichever text comes first, and takes time that
    grows with the texts' length, whatever is in them.
    """
    if others < words:
        return tuple(Run(run.other_start, run.start, run.length) for run in shared_runs(others, words))
    runs = [run for run in _longest_first(words, others) if _weight(words, run) >= SHORTEST]
    return tuple(runs) if sum(_weight(words, run) for run in runs) >= FEWEST_WORDS else ()


def quoted(text: str, parts: Sequence[tuple[int, int]]) -> list[str]:
    """Return the parts of ``text``, given by the place of their first word and how many words they have."""
    places = places_of_words(text)
    return [text[places[first][0] : places[first + length - 1][1]] for first, length in parts]


def in_one_line(quote: str) -> str:
    """Return a part of a text without its paragraphs."""
    return _SPACES.sub(" ", quote)


def _weight(words: Words, run: Run) -> float:
    east_asian = number_of_east_asian(words[run.start : run.start + run.length])
    return run.length - east_asian * (1 - EAST_ASIAN_WEIGHT)


def _longest_first(words: Words, others: Words) -> Iterator[Run]:
    """Take the longest run, then the longest of what is left in both texts, and so on."""
    if words == others:
        # One letter to several papers.
        yield Run(0, 0, len(words))
        return
    waiting = [(-length, start, other_start) for start, other_start, length in _whole_runs(words, others)]
    heapq.heapify(waiting)
    taken, other_taken = bytearray(len(words)), bytearray(len(others))
    while waiting:
        negative, start, other_start = heapq.heappop(waiting)
        length = -negative
        is_taken = bytes(
            map(max, taken[start : start + length], other_taken[other_start : other_start + length])
        )
        if 1 not in is_taken:
            taken[start : start + length] = other_taken[other_start : other_start + length] = b"\1" * length
            yield Run(start, other_start, length)
            continue
        for free in re.finditer(rb"\0{%d,}" % SHORTEST, is_taken):
            part = (free.start() - free.end(), start + free.start(), other_start + free.start())
            heapq.heappush(waiting, part)


def _whole_runs(words: Words, others: Words) -> Iterator[tuple[int, int, int]]:
    """Give each run of words that no more can be added to, with its two places and its length.

    Where a run goes on, both places grow by one: the pairs of places of it are next to each other once they
    are sorted by the distance between the two.
    """
    pairs = sorted(_pairs(words, others))
    first = 0
    for index, (distance, start) in enumerate(pairs, start=1):
        if index == len(pairs) or pairs[index] != (distance, start + 1):
            begin = pairs[first][1]
            yield begin, begin + distance, start - begin + SHORTEST
            first = index


def _pairs(words: Words, others: Words) -> Sequence[tuple[int, int]]:
    """Return the places at which the same words stand in both texts, as many as make the shortest passage.

    Each pair begins with the distance between the two places.
    """
    last, other_last = _last_places(words), _last_places(others)
    if len(last) > len(words) - SHORTEST and len(other_last) > len(others) - SHORTEST:
        # Nothing stands twice in either, as in most texts.
        return [
            (other_start - start, start)
            for shingle, start in last.items()
            if (other_start := other_last.get(shingle)) is not None
        ]
    places, other_places = _all_places(words), _all_places(others)
    return [
        (other_start - start, start)
        for shingle in last.keys() & other_last.keys()
        for start, other_start in _some_pairs(places[shingle], other_places[shingle])
    ]


def _some_pairs(starts: Sequence[int], other_starts: Sequence[int]) -> Iterable[tuple[int, int]]:
    if len(starts) * len(other_starts) > MOST_PAIRS:
        return zip(starts, other_starts, strict=False)
    return product(starts, other_starts)


def _shingles(words: Words) -> Iterator[Shingle]:
    return zip(*(words[start:] for start in range(SHORTEST)), strict=False)


def _last_places(words: Words) -> dict[Shingle, int]:
    return {shingle: start for start, shingle in enumerate(_shingles(words))}


def _all_places(words: Words) -> Mapping[Shingle, Sequence[int]]:
    places: dict[Shingle, list[int]] = defaultdict(list)
    for start, shingle in enumerate(_shingles(words)):
        places[shingle].append(start)
    return places
