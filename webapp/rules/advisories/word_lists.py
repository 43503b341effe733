"""`word_set()`: a word list in a string, separated by white space, as a cached set."""

import functools


@functools.cache
def word_set(words: str) -> frozenset[str]:
    """Return the words of a list; cached by the string."""
    return frozenset(words.split())
