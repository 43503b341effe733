"""Fingerprints of a text, by which texts that share a passage find each other.

Each five words in a row have a number; of each eight such numbers in a row the lowest is a fingerprint
(winnowing: Schleimer, Wilkerson and Aiken, 2003). Which one that is depends on these words alone, so that
twelve words in a row give two texts a fingerprint in common, whatever stands around them in either.
"""

from hashlib import blake2b

from webapp.letters.search.words import words_of

SHINGLE = 5
"""Words that have one number."""
WINDOW = 8
"""Numbers in a row of which one is kept."""
SURELY_FOUND = SHINGLE + WINDOW - 1
"""Words in a row that two texts can't share without sharing a fingerprint."""
BITS = 63
"""Of a fingerprint, which both databases keep as a signed number of 64."""


def fingerprints(text: str) -> frozenset[int]:
    """Return the fingerprints of ``text``: about two for each nine words, and none for fewer than five.

    Words are compared as they are searched, without case, accents and punctuation; Chinese is compared
    character by character.
    """
    words = words_of(text)
    numbers = [_number(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]
    if not numbers:
        return frozenset()
    windows = range(max(len(numbers) - WINDOW, 0) + 1)
    return frozenset(min(numbers[start : start + WINDOW]) for start in windows)


def _number(words: list[str]) -> int:
    """Return the same number for the same words, on every machine and in every version."""
    digest = blake2b(" ".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - BITS)
