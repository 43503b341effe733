"""Which processes serve a store, and with which key they seal: locks that end with the process that has them.

A process that serves the store has shared locks (`ServingLock`); a restore has the exclusive one
(`exclusive_store`). PostgreSQL's are advisory locks of a session of its own, so that processes on all
machines see each other. Beside a SQLite file they are file locks (flock). Neither survives a crash.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text

from webapp.store.column_types import seal_of_dialect
from webapp.store.database import Database, StoreAwayError, store_away_errors
from webapp.store.private_files import open_lock_file

SERVING = 7_203_362
"""First number of PostgreSQL's advisory locks on serving; the second one is 0, and each server shares it."""
SEALING = 7_203_363
"""First number of those on the keys that servers seal with; the second one is the key's name."""
SERVING_SUFFIX = ".serving"
"""Ends the name of the lock file beside the SQLite file; that of a key has a hyphen and its name after it."""
CHECK_SECONDS = 1.0
"""For how long a process that only looks may hold a lock file."""
RETRY_SECONDS = 0.05


class StoreServedError(Exception):
    """Some process serves the store."""


class StoreBeingRestoredError(Exception):
    """A backup is being restored into the store."""


class ServingLock:
    """The locks of a process that serves the store."""

    def __init__(self, database: Database) -> None:
        """Prepare to take the locks on ``database``, which must have a seal; nothing is taken yet."""
        self._database = database
        self._key_name = seal_of_dialect(database.engine.dialect).newest_key_name
        self._held: ExitStack | None = None
        self._connection: Connection | None = None
        self._files: list[IO[bytes]] = []

    def take(self) -> None:
        """Take the locks, or make sure that they are still held; call it again from time to time.

        A PostgreSQL server that was restarted has forgotten them, and a lock file may have been removed.

        Raises:
            StoreBeingRestoredError: they can't be had while a backup is restored.
            StoreAwayError: the database can't be reached.
        """
        if self._held and self._connection is not None:
            try:
                with store_away_errors():
                    self._connection.execute(text("SELECT 1"))
            except StoreAwayError:
                self.release()
                raise
        if not all(map(_is_in_place, self._files)):
            self.release()
        if self._held:
            return
        with ExitStack() as taking:
            if self._database.is_sqlite:
                self._take_file_locks(taking)
            else:
                self._take_advisory_locks(taking)
            self._held = taking.pop_all()

    def release(self) -> None:
        """Give the locks back; does nothing where none are held."""
        held, self._held, self._connection, self._files = self._held, None, None, []
        if held:
            held.close()

    def _take_file_locks(self, taking: ExitStack) -> None:
        for path in (_lock_path(self._database), _lock_path(self._database, self._key_name)):
            lock = _flock(path, fcntl.LOCK_SH, seconds=CHECK_SECONDS)
            if lock is None:
                raise StoreBeingRestoredError
            taking.callback(lock.close)
            self._files.append(lock)

    def _take_advisory_locks(self, taking: ExitStack) -> None:
        with store_away_errors():
            connection = _own_connection(self._database)
            taking.callback(_unlock_and_close, connection)
            for first, second in ((SERVING, 0), (SEALING, _lock_number(self._key_name))):
                query = text("SELECT pg_try_advisory_lock_shared(:first, :second)")
                if not connection.scalar(query, {"first": first, "second": second}):
                    raise StoreBeingRestoredError
        self._connection = connection


@contextmanager
def exclusive_store(database: Database) -> Iterator[None]:
    """Keep processes from serving the store until the end of the block.

    Raises:
        StoreServedError: one serves it already, or another restore is under way.
        StoreAwayError: the database can't be reached.
    """
    with ExitStack() as taking:
        if database.is_sqlite:
            lock = _flock(_lock_path(database), fcntl.LOCK_EX, seconds=CHECK_SECONDS)
            if lock is None:
                raise StoreServedError
            taking.callback(lock.close)
        else:
            with store_away_errors():
                connection = _own_connection(database)
                taking.callback(_unlock_and_close, connection)
                query = text("SELECT pg_try_advisory_lock(:first, 0)")
                if not connection.scalar(query, {"first": SERVING}):
                    raise StoreServedError
        yield


def is_being_restored(database: Database) -> bool:
    """Tell whether a backup is being restored into the store.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    if database.is_sqlite:
        return not _can_lock(_lock_path(database), fcntl.LOCK_SH)
    query = text("SELECT pg_try_advisory_xact_lock_shared(:first, 0)")
    with database.snapshot() as session:
        return not session.scalar(query, {"first": SERVING})


def is_served(database: Database) -> bool:
    """Tell whether any process serves the store; a restore counts as one.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    if database.is_sqlite:
        return not _can_lock(_lock_path(database), fcntl.LOCK_EX)
    query = text("SELECT pg_try_advisory_xact_lock(:first, 0)")
    with database.snapshot() as session:
        return not session.scalar(query, {"first": SERVING})


def is_sealed_with_other_keys(database: Database) -> bool:
    """Tell whether a process serves the store that seals with another key than the newest of ``database``.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    own = seal_of_dialect(database.engine.dialect).newest_key_name
    if database.is_sqlite:
        return any(
            not _can_lock(path, fcntl.LOCK_EX)
            for path in _lock_path(database).parent.glob(f"{_lock_path(database).name}-*")
            if path != _lock_path(database, own)
        )
    query = text(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND classid = :first AND objid <> :second)"
    )
    with database.snapshot() as session:
        return bool(session.scalar(query, {"first": SEALING, "second": int.from_bytes(own)}))


def _own_connection(database: Database) -> Connection:
    """Return a connection that is no part of the pool: its session keeps the locks."""
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()
    return connection


def _unlock_and_close(connection: Connection) -> None:
    # The server notices a closed connection, and gives its locks back, only a moment later.
    with suppress(StoreAwayError), store_away_errors():
        if not connection.invalidated:
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
    connection.close()


def _lock_number(key_name: bytes) -> int:
    """Return a key's name as the signed number that the lock functions take; pg_locks shows it unsigned."""
    return int.from_bytes(key_name, signed=True)


def _lock_path(database: Database, key_name: bytes | None = None) -> Path:
    key = f"-{key_name.hex()}" if key_name else ""
    return Path(f"{database.sqlite_path}{SERVING_SUFFIX}{key}")


def _is_in_place(file: IO[bytes]) -> bool:
    """Tell whether an open file still has the name under which it was opened."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), Path(file.name).stat())
    except OSError:
        return False


def _can_lock(path: Path, kind: int) -> bool:
    """Tell whether a lock could be taken; it is given back at once, and a missing file isn't made."""
    if not path.exists():
        return True
    lock = _flock(path, kind, seconds=0)
    if lock:
        lock.close()
    return lock is not None


def _flock(path: Path, kind: int, *, seconds: float) -> IO[bytes] | None:
    """Return the file with the lock, or None if another process still has it after that time.

    Raises:
        StoreAwayError: the file can't be opened.
    """
    deadline = time.monotonic() + seconds
    try:
        lock = open_lock_file(path)
    except OSError as error:
        raise StoreAwayError(type(error).__name__) from error
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            return lock
        if time.monotonic() >= deadline:
            lock.close()
            return None
        time.sleep(RETRY_SECONDS)
