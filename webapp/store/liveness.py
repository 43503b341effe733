"""Liveness locks: which processes that share a database still run, by locks that end with their process.

A process that takes leases on rows holds such a lock under a number of its own, and writes the number into
the rows. Once nobody holds the lock of that number, the process has ended, however it ended, and its leases
are void. On SQLite it is a file lock (flock) on an empty file beside the database, ``….worker-1a2b3c4d``; on
PostgreSQL an advisory lock of a connection.
"""

import fcntl
import os
import secrets
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, text

from webapp.store.database import Database, store_away_errors
from webapp.store.file_locks import is_locked, remove_unlocked

LOCK_CLASS = 7_203_366
"""The first of the two keys of the advisory locks on PostgreSQL; the second one is the process's number."""
MAX_NUMBER = 2**31 - 1
_PRIVATE = 0o600

_HELD_NUMBERS = text(
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND classid = :lock_class"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class LivenessLock:
    """The lock by which other processes know that this one lives; it may be used by several threads."""

    def __init__(self, database: Database) -> None:
        """Choose a random number; the lock isn't held yet."""
        self.number = 1 + secrets.randbelow(MAX_NUMBER)
        self._database = database
        self._file: int | None = None
        self._connection: Connection | None = None
        self._changing = threading.Lock()

    def keep(self) -> None:
        """Take the lock, or take it again where it is lost; on PostgreSQL it is lost with its connection.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        with self._changing, store_away_errors():
            if self._database.is_sqlite:
                self._keep_file()
            else:
                self._keep_connection()

    def release(self) -> None:
        """Give the lock up; on SQLite its file is removed."""
        with self._changing:
            if self._file is not None:
                with suppress(OSError):
                    _lock_file(self._database, self.number).unlink()
                os.close(self._file)
                self._file = None
            if self._connection is not None:
                # The server ends a session some time after its connection was closed, and its locks with it.
                with suppress(Exception):
                    self._connection.execute(
                        text("SELECT pg_advisory_unlock(:lock_class, :number)"),
                        {"lock_class": LOCK_CLASS, "number": self.number},
                    )
            self._drop_connection()

    def _keep_file(self) -> None:
        if self._file is not None:
            return
        # Those of processes that were killed.
        database_file = Path(str(self._database.url.database))
        remove_unlocked(database_file.parent.glob(f"{database_file.name}.worker-*"))
        path = _lock_file(self._database, self.number)
        while self._file is None:
            file = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
            fcntl.flock(file, fcntl.LOCK_EX)
            # Until it was locked, another process may have taken it for abandoned and removed it.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    self._file = file
                    return
            os.close(file)

    def _keep_connection(self) -> None:
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except Exception:
                self._drop_connection()
                raise
            return
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Not the pool's any more: it is never handed to anybody else, and the lock ends when it is closed.
        connection.detach()
        self._connection = connection
        # Without waiting: if the server hasn't noticed yet that the last connection is gone, the number is
        # still known to live, and the next call tries again.
        if not connection.scalar(
            text("SELECT pg_try_advisory_lock(:lock_class, :number)"),
            {"lock_class": LOCK_CLASS, "number": self.number},
        ):
            self._drop_connection()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
            self._connection = None


def living_processes(database: Database, numbers: Collection[int]) -> frozenset[int]:
    """Return those of ``numbers`` whose processes live.

    On SQLite that is certain. On PostgreSQL a number is also missing for as long as its process has lost its
    connection, as when the server was restarted, and has not opened a new one yet.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    if database.is_sqlite:
        with store_away_errors():
            return frozenset(number for number in numbers if is_locked(_lock_file(database, number)))
    with database.query() as session:
        return frozenset(session.scalars(_HELD_NUMBERS, {"lock_class": LOCK_CLASS})) & frozenset(numbers)


def _lock_file(database: Database, number: int) -> Path:
    return Path(f"{database.url.database}.worker-{number:08x}")
