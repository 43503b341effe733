"""Temporary folders of a server: removed when it ends, or, if it was killed, when the next one starts."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Create a temporary folder and remove it at the end of the block, in the process that created it.

    Worker processes that are forked within the block leave it alone. Folders with the same prefix that a
    killed process has left behind are removed first: a process holds a file lock (flock) on its folder, which
    its forked workers inherit and which ends with the last of them. So every folder of this user in the
    system's temporary directory that has the prefix and no lock is removed, whoever created it.

    Raises:
        OSError: the folder can't be created or removed.
    """
    _remove_abandoned(prefix)
    folder, lock = _locked_folder(prefix)
    owner = os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder)
            os.close(lock)


def _locked_folder(prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        # Until it is locked, another process that starts may take it for abandoned and remove it.
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _remove_abandoned(prefix: str) -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        # An error means: another user's, or locked, or just being removed by another process.
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_uid == os.getuid():
                    shutil.rmtree(folder)
            finally:
                os.close(lock)
