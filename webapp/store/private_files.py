"""Files that only their owner can read: the SQLite database, its lock files, and everything written for one.

A mode that is set after a file was created leaves a moment in which others can open it; so the mode is given
when the file is created.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

PRIVATE_MODE = 0o600
"""Read and write for the owner, nothing for anybody else."""
SQLITE_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database for the files that belong to it. It gives new ones the mode of
the database file."""


def create_private_sqlite_file(path: Path) -> None:
    """Create an empty database file with `PRIVATE_MODE`, or take others' rights off one that exists.

    SQLite takes an empty file for a new database. The write-ahead log and the shared memory of a database
    that exists lose others' rights, too. The mode of a file that belongs to another user stays.

    A database file is never opened here: closing it would end all locks (POSIX) that SQLite has on it in this
    process, and another process that closes the database would then remove its write-ahead log, with what
    was committed (https://www.sqlite.org/howtocorrupt.html, section 2.2). So a new one is created under
    another name.

    Raises:
        OSError: the file can't be created.
    """
    if not path.exists():
        descriptor, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(descriptor)
        try:
            # A hard link never replaces a file: another process may have created it by now.
            with suppress(FileExistsError):
                path.hardlink_to(new)
        finally:
            Path(new).unlink()
    for suffix in SQLITE_SUFFIXES:
        _take_rights_of_others(Path(f"{path}{suffix}"))


def open_lock_file(path: Path) -> IO[bytes]:
    """Open a file for `fcntl.flock`, created with `PRIVATE_MODE` where it is missing.

    Whoever may open a file can lock it: with the usual mode any user of the machine could keep letters from
    being stored.

    Raises:
        OSError: it can't be opened or created.
    """
    file = open(path, "ab", opener=lambda name, flags: os.open(name, flags, PRIVATE_MODE))  # noqa: SIM115 -- the opener sets the mode; the caller closes it
    _take_rights_of_others(path)
    return file


def create_private_file(path: Path) -> IO[bytes]:
    """Create a file with `PRIVATE_MODE` and open it for writing.

    Raises:
        FileExistsError: there is a file of that name; it stays as it is.
        OSError: it can't be created.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_MODE)
    return open(descriptor, "wb")  # noqa: PTH123 -- of a descriptor


def _take_rights_of_others(path: Path) -> None:
    # Missing, or another user's: then its owner has decided who may read it.
    with suppress(FileNotFoundError, PermissionError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~stat.S_IRWXU:
            path.chmod(mode & PRIVATE_MODE)
