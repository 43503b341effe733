"""The connection to the store: SQLite or PostgreSQL, with the same promises.

What `writing` has committed survives a crash of the process and of the machine.
"""

import fcntl
import functools
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError, TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.letters.columns import SEAL
from webapp.letters.seal import Seal

LONGEST_WAIT = 5.0
"""Seconds that a request waits for a connection or a lock before the store counts as away."""

LOG_PAGES = 4000
"""Of 4 kB, of SQLite's log, after which they are brought into the file. A letter changes some forty pages,
nearly all of them those of the letter before, and each is brought over once."""

WRITES = "lettersdesk_writes"
APART = "lettersdesk_apart"
RESTS_SINCE = "lettersdesk_rests_since"
MAY_REST = 1.0
"""Seconds that a connection is trusted without being asked."""
READ_ONLY_SQL_TRANSACTION = "25006"
"""PostgreSQL's name for it (its appendix A)."""


class StoreAwayError(Exception):
    """The store can't be reached, or is too busy, just now; trying again later may help."""


class Database:
    """One store, shared by all threads of a process."""

    def __init__(
        self, url: str | URL, seal: Seal | None = None, *, connections: int = 8, patient: bool = False
    ) -> None:
        """Prepare connections to the store at ``url``; none is opened yet.

        Args:
            url: ``sqlite:///…`` or ``postgresql+psycopg://…``.
            seal: Opens and closes what is kept of people; without it only the rest can be worked on.
            connections: How many may be open at once.
            patient: Whether a statement may take as long as it takes: where nobody waits for a page.
        """
        self.seal = seal
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine(connections, patient=patient)
        if seal:
            setattr(self.engine.dialect, SEAL, seal)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._views, self._answers = self.engine, self.engine.execution_options(**{APART: True})
        if not self.is_sqlite:
            self._views = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._answers = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writers_turn = self._lock_path() if self.is_sqlite else None
        self.on_away: Callable[[StoreAwayError], None] | None = None
        """Told each time that the store is away, before whoever works with it is."""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session on one consistent view of the store; nothing done in it is kept.

        Raises:
            StoreAwayError: the store can't be reached.
        """
        with self._telling_store_away(), self._sessions(bind=self._views) as session:
            yield session

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """Give a session for single questions, each of which is answered as things stand just then.

        A transaction that holds one question together with itself is begun and ended for nothing, which
        PostgreSQL has to be told each time.

        Raises:
            StoreAwayError: the store can't be reached.
        """
        with self._telling_store_away(), self._sessions(bind=self._answers) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is committed, durably, at the end; nothing of it is kept on an error.

        Raises:
            StoreAwayError: the store can't be reached, or stayed busy; nothing was kept, or, where the
                connection broke in the very moment of the commit, it is unknown whether all was.
        """
        with self._telling_store_away(), self._turn_to_write(), self._sessions() as session:
            session.connection(execution_options={WRITES: True})
            yield session
            session.commit()

    @contextmanager
    def tending(self) -> Iterator[Connection]:
        """Give a connection outside any transaction, for the store's work on its own files.

        Nobody else writes to SQLite meanwhile: take one for each piece of work.

        Raises:
            StoreAwayError: the store can't be reached, or stayed busy.
        """
        with self._telling_store_away(), self._turn_to_write(), self._answers.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close all connections; those of a forked parent are left to the parent."""
        self.engine.dispose()

    def _engine(self, connections: int, *, patient: bool) -> Engine:
        if not self.is_sqlite:
            # It loads the driver, which a store in SQLite needs not.
            from webapp.letters import patience  # noqa: PLC0415 -- for that reason

            engine = create_engine(
                self.url,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=LONGEST_WAIT,
                hide_parameters=True,
                connect_args=_postgres_settings(None if patient else patience.LONGEST_STATEMENT),
            )
            event.listen(engine, "checkin", _note_rest)
            event.listen(engine, "checkout", functools.partial(_replace_if_dead, engine.dialect))
            if not patient:
                event.listen(engine, "do_connect", patience.connect)
            return engine
        engine = create_engine(
            self.url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=LONGEST_WAIT,
            # Errors end up in logs, and parameters are letters and addresses.
            hide_parameters=True,
            connect_args={"timeout": LONGEST_WAIT, "isolation_level": None},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _lock_path(self) -> Path:
        if not self.url.database or self.url.database == ":memory:":
            raise ValueError("The store has to be a file: several processes work on it.")
        return Path(f"{self.url.database}.turn")

    @contextmanager
    def _telling_store_away(self) -> Iterator[None]:
        try:
            with telling_store_away():
                yield
        except StoreAwayError as away:
            if self.on_away:
                self.on_away(away)
            raise

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Wait until no other thread or process writes to the SQLite file.

        SQLite's own waiting is a row of sleeps, in no order: under load some writers starve for hundreds
        of milliseconds. The operating system wakes those who wait for a file lock one after the other.
        """
        if self._writers_turn is None:
            yield
            return
        since = time.monotonic()
        try:
            opened = self._writers_turn.open("ab")
        except OSError as error:
            raise StoreAwayError(type(error).__name__) from error
        with opened as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            # Whoever had the lock all that time found the store stuck; those behind need not try in turn.
            if time.monotonic() - since > LONGEST_WAIT:
                raise StoreAwayError("waited too long for a turn to write")
            yield


@contextmanager
def telling_store_away() -> Iterator[None]:
    """Turn a driver's words for a store that is away into `StoreAwayError`."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreAwayError(type(error).__name__) from error
    except DBAPIError as error:
        if _tells_of_store_away(error):
            raise StoreAwayError(type(error).__name__) from error
        raise


def _tells_of_store_away(error: DBAPIError) -> bool:
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return True
    # A standby, or a server that its owner has closed for changes; told by its code, as the driver is loaded
    # only where it is used.
    return getattr(error.orig, "sqlstate", None) == READ_ONLY_SQL_TRANSACTION


def _postgres_settings(longest_statement: float | None) -> dict[str, str | int]:
    """Return what keeps a connection from waiting for good: for a lock, or for a machine that is gone.

    Args:
        longest_statement: Seconds after which the server is to give a statement up, if at all.
    """
    return {
        "connect_timeout": int(LONGEST_WAIT),
        # Letters are spread unevenly over states and words: one plan for all is bad for most.
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


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = time.monotonic()


def _replace_if_dead(
    dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Look whether a connection that has rested is still one: a restarted server leaves dead ones behind.

    One that was used a moment ago is not asked, which would be one question more for each letter: the first
    that turns out to be dead has all others opened anew.
    """
    rests_since = record.info.get(RESTS_SINCE)
    if rests_since is None or time.monotonic() - rests_since < MAY_REST:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten with zeros; see `webapp.letters.remains` for what that leaves.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(APART, False):
        return
    # Python's own BEGIN comes too late, before the first change, and lets two readers become writers.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
