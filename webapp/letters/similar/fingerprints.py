"""Fingerprints of a text (winnowing), by which letters that share a passage are found in an index.

Each five consecutive words are hashed to a number, and of each eight consecutive numbers the lowest is a
fingerprint (winnowing: Schleimer, Wilkerson and Aiken, 2003). Which one that is depends on these words
alone: two texts that share twelve consecutive words share a fingerprint, whatever surrounds them.
"""

from hashlib import blake2b

from webapp.letters.search.search_words import normalised_words

SHINGLE = 5
"""Words that are hashed to one number."""
WINDOW = 8
"""Consecutive numbers of which the lowest is kept."""
MIN_WORDS_SURELY_FOUND = SHINGLE + WINDOW - 1
"""Two texts that share this many consecutive words share a fingerprint."""
BITS = 63
"""Bits of a fingerprint; the databases store it as a signed 64-bit integer."""


def fingerprints(text: str) -> frozenset[int]:
    """Return the fingerprints of ``text``: about two for each nine words, none for fewer than five words.

    Words are compared as `normalised_words` returns them: without case, accents and punctuation, and each
    East Asian character is a word.
    """
    words = normalised_words(text)
    numbers = [_hash(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]
    if not numbers:
        return frozenset()
    windows = range(max(len(numbers) - WINDOW, 0) + 1)
    return frozenset(min(numbers[start : start + WINDOW]) for start in windows)


def _hash(words: list[str]) -> int:
    """Return a number for these words that is the same on every machine and in every version."""
    digest = blake2b(" ".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - BITS)
