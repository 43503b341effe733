"""File locks (flock) as a sign of life: whether a process has locked a file; removing what ended ones left.

The kernel releases such a lock when the process that holds it ends, however it ends.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def is_locked(path: Path) -> bool:
    """Tell whether a process has locked the file; False for one that doesn't exist.

    Raises:
        OSError: it can't be opened.
    """
    try:
        with _locked(path):
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def remove_unlocked(paths: Iterable[Path]) -> None:
    """Remove the files that no process has locked; those that can't be opened or removed stay."""
    for path in paths:
        # An error means: locked, another user's, or just being removed by another process.
        with suppress(OSError), _locked(path):
            path.unlink()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    file = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(file)
