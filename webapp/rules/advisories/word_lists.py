"""Word lists as people write them: in lines, parted by spaces."""

import functools


@functools.cache
def entries(listed: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(listed.split())
