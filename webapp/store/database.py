"""The database: `Database` (engine, pool, three kinds of session, maintenance connection), `StoreAwayError`.

It is SQLite or PostgreSQL. `query` and `snapshot` read, `transaction` writes, `maintenance` works on the
database's own files. What a transaction has committed survives a crash of the process and of the machine
(SQLite: write-ahead log with synchronous=FULL; PostgreSQL: synchronous_commit=on, its default).
"""

import fcntl
import functools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError, TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.store.column_types import SEAL_ATTRIBUTE
from webapp.store.private_files import create_private_sqlite_file, open_lock_file
from webapp.store.seal import Seal

LONGEST_WAIT = 5.0
"""Seconds to wait for a pooled connection or a lock in the database before `StoreAwayError` is raised. The
wait for the writer lock beside a SQLite file isn't cut short: the error is raised once the lock is free."""

LOCK_POLL_INTERVAL = 0.01
"""Seconds between two attempts to take the writer lock, where the wait for it is bounded."""
CHECKPOINT_PAGES = 4000
"""Pages of 4 kB in SQLite's write-ahead log that start a checkpoint. Storing a letter changes about forty
pages, nearly all of them the same ones as the letter before; a checkpoint copies each page once."""

BEGIN_IMMEDIATE = "lettersdesk_begin_immediate"
"""Execution option of a SQLite connection: begin transactions with the write lock."""
AUTOCOMMIT = "lettersdesk_autocommit"
"""Execution option of a SQLite connection: begin no transactions."""
IDLE_SINCE = "lettersdesk_idle_since"
"""Key in the info of a pooled connection: the monotonic time, in seconds, when it was returned to the
pool."""
TRUSTED_IDLE_SECONDS = 1.0
"""Seconds for which an idle pooled connection is used again without a ping."""
FILE_IDENTITY = "lettersdesk_file_identity"
"""Key in the info of a pooled connection to SQLite: device and inode number of the file that it opened."""
READ_ONLY_SQL_TRANSACTION = "25006"
"""The SQLSTATE of a write on a read-only server (PostgreSQL documentation, appendix A)."""
UNREGISTERED_KEY = "sealed with a key that is not registered"
"""What SQLite's triggers on sealed values say when they refuse one (`webapp.store.seal_keys`)."""
UNREGISTERED_KEY_STATE = "LD001"
"""The SQLSTATE of the same refusal by PostgreSQL's triggers; it has no class of its own there."""


class StoreAwayError(Exception):
    """The database can't be reached or used, or is too busy; trying again later may help.

    `store_away_errors` says which exceptions of the driver become one.
    """


class SealKeyUnregisteredError(StoreAwayError):
    """This process seals with a key that the store doesn't have in its register (`webapp.store.seal_keys`).

    Nothing is stored: no process with the store's keys could read it.
    """

    def __init__(self) -> None:
        super().__init__("the store is sealed with other keys than this process has")


class Database:
    """One database, shared by all threads of a process."""

    def __init__(
        self,
        url: str | URL,
        seal: Seal | None = None,
        *,
        connections: int = 8,
        limits_statements: bool = True,
    ) -> None:
        """Create the engine; no connection is opened yet.

        Args:
            url: ``sqlite:///…`` (a file, as several processes share it) or ``postgresql+psycopg://…``.
            seal: Encrypts and decrypts sealed columns; without it only the other columns can be used.
            connections: The size of the connection pool.
            limits_statements: Whether PostgreSQL cancels a statement after
                `webapp.store.postgres_timeouts.STATEMENT_TIMEOUT` seconds. Commands and the background
                worker, for which no page waits, turn it off.

        Raises:
            ValueError: the URL names a SQLite database in memory.
            sqlalchemy.exc.ArgumentError: the URL can't be parsed.
        """
        self.seal = seal
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._had_file = False
        self.engine = self._engine(connections, limits_statements=limits_statements)
        if seal:
            setattr(self.engine.dialect, SEAL_ATTRIBUTE, seal)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._autocommit_engine = self.engine.execution_options(**{AUTOCOMMIT: True})
        self._snapshot_engine = self.engine
        if not self.is_sqlite:
            self._autocommit_engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._snapshot_engine = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._lock_file = Path(f"{self.sqlite_path}.turn") if self.is_sqlite else None
        self.on_away: Callable[[StoreAwayError], None] | None = None
        """Called with each `StoreAwayError`, before it reaches the caller."""

    @contextmanager
    def query(self) -> Iterator[Session]:
        """Open a session for reading, in autocommit: every SELECT sees the newest data.

        It saves PostgreSQL the round trips of BEGIN and ROLLBACK around a single SELECT. Use `snapshot` where
        several SELECTs must agree. Nothing refuses a write, which would be committed at once. Objects stay
        usable after the block, as do those of the other sessions.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        with self._reporting_away(), self._sessions(bind=self._autocommit_engine) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session for reading, on one snapshot of the data; writes are rolled back at the end.

        Raises:
            StoreAwayError: the database can't be reached.
        """
        with self._reporting_away(), self._sessions(bind=self._snapshot_engine) as session:
            yield session

    @contextmanager
    def transaction(self, *, longest_wait: float | None = None) -> Iterator[Session]:
        """Open a session that is committed durably at the end of the block, and rolled back on an exception.

        SQLite has one writer at a time, from the beginning of the block to its end: render and compute before
        the block, not inside it. The lock for that is an empty file beside the database, ``….turn``.

        Args:
            longest_wait: Seconds after which the wait for SQLite's writer lock is given up; without it the
                wait ends when the lock is free, see `LONGEST_WAIT`.

        Raises:
            StoreAwayError: the database can't be reached or stayed locked, or its SQLite file was removed or
                replaced. Nothing is stored; only where the connection broke during the commit itself is it
                unknown whether all was.
            SealKeyUnregisteredError: a value was sealed with a key that the store's register doesn't have.
            sqlalchemy.exc.IntegrityError: a constraint refused a row; nothing is stored.
            sqlalchemy.orm.exc.StaleDataError: another transaction has changed a letter since it was read;
                nothing is stored.
        """
        with self._reporting_away(), self.writer_lock(longest_wait), self._sessions() as session:
            connection = session.connection(execution_options={BEGIN_IMMEDIATE: True})
            self._refuse_replaced_file(connection)
            yield session
            session.commit()

    @contextmanager
    def maintenance(self) -> Iterator[Connection]:
        """Open a connection outside any transaction, for statements such as VACUUM.

        Each statement takes effect at once. On SQLite the connection holds the writer lock: open one anew for
        each short piece of work.

        Raises:
            StoreAwayError: the database can't be reached or stayed locked.
        """
        with self._reporting_away(), self.writer_lock(), self._autocommit_engine.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close the idle connections of the pool; later use of the database opens new ones."""
        self.engine.dispose()

    def _engine(self, connections: int, *, limits_statements: bool) -> Engine:
        if not self.is_sqlite:
            # Imported late: it loads psycopg, which an installation on SQLite doesn't need.
            from webapp.store import postgres_timeouts  # noqa: PLC0415 -- see the line above

            engine = create_engine(
                self.url,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=LONGEST_WAIT,
                hide_parameters=True,
                connect_args=_postgres_settings(
                    postgres_timeouts.STATEMENT_TIMEOUT if limits_statements else None
                ),
            )
            event.listen(engine, "checkin", _record_checkin)
            event.listen(engine, "checkout", functools.partial(_ping_if_idle, engine.dialect))
            if limits_statements:
                event.listen(engine, "do_connect", postgres_timeouts.connect)
            return engine
        engine = create_engine(
            self.url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=LONGEST_WAIT,
            # Error messages end up in logs, and parameters are letters and addresses.
            hide_parameters=True,
            connect_args={"timeout": LONGEST_WAIT, "isolation_level": None},
        )
        event.listen(engine, "do_connect", self._prepare_sqlite_file)
        event.listen(engine, "connect", self._record_sqlite_file)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _prepare_sqlite_file(self, *_connecting: object) -> None:
        """Create the database file with a private mode before SQLite opens it; called by the engine.

        Raises:
            sqlite3.OperationalError: the file can't be created, or it is gone though this object had opened
                it: a new, empty one would hide that.
        """
        path = self.sqlite_path
        try:
            if self._had_file:
                path.stat()
            create_private_sqlite_file(path)
        except OSError as error:
            raise sqlite3.OperationalError(f"unable to open database file: {error.strerror}") from error

    def _record_sqlite_file(self, _connection: object, record: ConnectionPoolEntry) -> None:
        self._had_file = True
        with suppress(OSError):
            record.info[FILE_IDENTITY] = _file_identity(self.sqlite_path)

    def _refuse_replaced_file(self, connection: Connection) -> None:
        """Refuse to write into a SQLite file that has no name any more: what is stored there is lost.

        The connections to it are closed, so that the next transaction opens the file that is there by then.

        Raises:
            StoreAwayError: the file was removed, or another one has its name.
        """
        if not self.is_sqlite:
            return
        try:
            is_same = connection.info.get(FILE_IDENTITY) == _file_identity(self.sqlite_path)
        except OSError:
            is_same = False
        if not is_same:
            connection.invalidate()
            self.engine.dispose()
            raise StoreAwayError("the database file was removed or replaced")

    @property
    def sqlite_path(self) -> Path:
        """The path of the SQLite file.

        Raises:
            ValueError: the database is in memory, or no SQLite database.
        """
        if not self.is_sqlite or not self.url.database or self.url.database == ":memory:":
            raise ValueError("The store has to be a file: several processes work on it.")
        return Path(self.url.database)

    @contextmanager
    def _reporting_away(self) -> Iterator[None]:
        try:
            with store_away_errors():
                yield
        except StoreAwayError as away:
            if self.on_away:
                self.on_away(away)
            raise

    @contextmanager
    def writer_lock(self, longest_wait: float | None = None) -> Iterator[None]:
        """Hold the lock that lets one thread or process write to the SQLite file; PostgreSQL needs none.

        SQLite's own busy handler sleeps and polls in no order, so that under load some writers wait hundreds
        of milliseconds. The operating system wakes those who wait for a file lock one after the other.
        """
        if self._lock_file is None:
            yield
            return
        since = time.monotonic()
        try:
            opened = open_lock_file(self._lock_file)
        except OSError as error:
            raise StoreAwayError(type(error).__name__) from error
        with opened as lock:
            if longest_wait is None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            else:
                _lock_within(lock, longest_wait)
            # Whoever held the lock this long waited for a locked database. Those who waited for the lock fail
            # at once; otherwise each of them would wait for the same database again, one after the other.
            if time.monotonic() - since > LONGEST_WAIT:
                raise StoreAwayError("waited too long for a turn to write")
            yield


def _lock_within(lock: IO[bytes], seconds: float) -> None:
    """Take a file lock by asking for it again and again, in no order with those who wait for it.

    Raises:
        StoreAwayError: it is still held after that time.
    """
    deadline = time.monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() >= deadline:
            raise StoreAwayError("the writer lock stayed held")
        time.sleep(LOCK_POLL_INTERVAL)


@contextmanager
def store_away_errors() -> Iterator[None]:
    """Raise `StoreAwayError` in place of the exceptions for a database that can't be reached or used.

    These are an exhausted pool, a broken connection, a write on a read-only server, a value sealed with a key
    that isn't registered (`SealKeyUnregisteredError`), and every `OperationalError` but one: besides an
    unreachable or locked database also a cancelled statement. Left
    alone is SQLite's error for a faulty statement, such as one about a missing table: trying again later
    doesn't help, and PostgreSQL has another exception for it.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreAwayError(type(error).__name__) from error
    except DBAPIError as error:
        if _is_key_unregistered(error):
            raise SealKeyUnregisteredError from error
        if _is_away(error):
            raise StoreAwayError(type(error).__name__) from error
        raise


def _is_key_unregistered(error: DBAPIError) -> bool:
    return str(error.orig) == UNREGISTERED_KEY or (
        getattr(error.orig, "sqlstate", None) == UNREGISTERED_KEY_STATE
    )


def _file_identity(path: Path) -> tuple[int, int]:
    """Return device and inode number, which a file keeps as long as it exists or is open."""
    status = path.stat()
    return status.st_dev, status.st_ino


def _is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    if isinstance(error, OperationalError):
        return getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    # A standby, or a server that is set to read-only. Compared by SQLSTATE, as psycopg's exception classes
    # are only there where the driver is loaded.
    return getattr(error.orig, "sqlstate", None) == READ_ONLY_SQL_TRANSACTION


def _postgres_settings(longest_statement: float | None) -> dict[str, str | int]:
    """Return connection parameters that bound every wait: for a lock, and for a machine that is gone.

    Args:
        longest_statement: Seconds after which the server cancels a statement; ``None`` for no limit.
    """
    return {
        "connect_timeout": int(LONGEST_WAIT),
        # Whatever PGCLIENTENCODING says, and in a database of another encoding, which is found and refused.
        "client_encoding": "UTF8",
        # Letters are spread unevenly over states and words: one generic plan is bad for most values.
        "options": "-c timezone=utc -c plan_cache_mode=force_custom_plan"
        f" -c lock_timeout={_milliseconds(LONGEST_WAIT)}"
        f" -c statement_timeout={_milliseconds(longest_statement or 0)}",
        "tcp_user_timeout": _milliseconds(LONGEST_WAIT),
        "keepalives_idle": int(LONGEST_WAIT),
        "keepalives_interval": 1,
        "keepalives_count": int(LONGEST_WAIT),
    }


def _milliseconds(seconds: float) -> int:
    return int(1000 * seconds)


def _record_checkin(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[IDLE_SINCE] = time.monotonic()


def _ping_if_idle(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Ping a connection that has been idle: a restarted server leaves dead ones in the pool.

    A connection used a moment ago is not pinged, which would cost each letter a round trip; the first dead
    one makes SQLAlchemy replace the whole pool.
    """
    idle_since = record.info.get(IDLE_SINCE)
    if idle_since is None or time.monotonic() - idle_since < TRUSTED_IDLE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute("PRAGMA foreign_keys = ON")
    # Deleted content is overwritten with zeros; `webapp.store.secure_deletion` clears what that leaves.
    connection.execute("PRAGMA secure_delete = ON")
    # Without it INSERT OR REPLACE removes rows past the triggers that refuse to delete them.
    connection.execute("PRAGMA recursive_triggers = ON")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(AUTOCOMMIT, False):
        return
    # The sqlite3 module begins a transaction only at the first change, without the write lock: two readers
    # that both become writers would deadlock.
    immediate = connection.get_execution_options().get(BEGIN_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
