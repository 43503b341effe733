"""Where rate limits are counted: in Redis, in a file that the processes of one machine share, or in memory.

`FallbackStorage` is what Flask-Limiter counts in: Redis if the settings name one, else the file of
`FileStorage`, else the memory of the process.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.storage.base import SlidingWindowCounterSupport, TimestampedSlidingWindow

log = logging.getLogger(__name__)

SCHEME = "lettersdesk"
"""The scheme of the storage URI under which Flask-Limiter finds `FallbackStorage`."""
REDIS_ANSWERS_WITHIN = 1
"""Seconds to wait for an answer of Redis, once; a command isn't repeated."""
LEFT_ALONE_SECONDS = 10.0
"""Seconds for which a store that has failed isn't asked again."""
FILE_LOCK_SECONDS = 1.0
"""Seconds to wait for another process that writes to the file."""
HITS_BETWEEN_CLEANING = 1000
"""Hits of one process after which it deletes the counts that have expired from the file."""
Result = TypeVar("Result")
Window: TypeAlias = tuple[int, float, int, float]
"""Hits in the window before the present one, the seconds for which they still count, and the same of the
present window."""


class FileStorage(Storage, SlidingWindowCounterSupport, TimestampedSlidingWindow):
    """Counts in a SQLite file, so that all processes of one machine share each count.

    The counts last as long as the file does; a crash of the machine may lose them.
    """

    STORAGE_SCHEME = None

    def __init__(self, file: Path) -> None:
        """Create the file's table, unless it is there.

        Raises:
            sqlite3.Error: the file can't be opened or written.
        """
        super().__init__()
        self._file = file
        self._of_thread = threading.local()
        self._hits = 0
        with closing(self._connect()) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS counts"
                " (key TEXT PRIMARY KEY, hits INTEGER NOT NULL, expires_at REAL NOT NULL) WITHOUT ROWID"
            )

    @property
    def base_exceptions(self) -> type[Exception]:
        """The exceptions of the file."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add hits to the count of ``key``, which expires that many seconds after its first hit."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            return self._add(connection, key, expiry, amount, time.time())

    def get(self, key: str) -> int:
        """Return the count of ``key``."""
        return self._read(self._connection(), key, time.time())

    def get_expiry(self, key: str) -> float:
        """Return when the count of ``key`` expires, in seconds since 1970; the present moment without one."""
        row = self._connection().execute("SELECT expires_at FROM counts WHERE key = ?", (key,)).fetchone()
        return float(row[0]) if row else time.time()

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count hits if the limit allows them, and return whether it does: exactly, for all processes."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = time.time()
            previous, weighs_for, current, _ = self._window(connection, key, expiry, now)
            if floor(previous * weighs_for / expiry + current) + amount > limit:
                return False
            # Twice the window: its hits still count, weighted, during the next one.
            self._add(connection, self.sliding_window_keys(key, expiry, now)[1], 2 * expiry, amount, now)
        return True

    def get_sliding_window(self, key: str, expiry: int) -> Window:
        """Return the hits of the last window and of this one, each with the seconds they still count."""
        return self._window(self._connection(), key, expiry, time.time())

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget the hits of ``key`` in the last window and in the present one."""
        for window_key in self.sliding_window_keys(key, expiry, time.time()):
            self.clear(window_key)

    def check(self) -> bool:
        """Return whether the file can be read."""
        try:
            self.get("")
        except sqlite3.Error:
            return False
        return True

    def clear(self, key: str) -> None:
        """Forget the count of ``key``."""
        self._connection().execute("DELETE FROM counts WHERE key = ?", (key,))

    def reset(self) -> int | None:
        """Forget all counts, and return how many there were."""
        return self._connection().execute("DELETE FROM counts").rowcount

    def _window(self, connection: sqlite3.Connection, key: str, expiry: int, now: float) -> Window:
        previous_key, current_key = self.sliding_window_keys(key, expiry, now)
        seconds_left = expiry - now % expiry
        previous = self._read(connection, previous_key, now)
        return (
            previous,
            seconds_left if previous else 0.0,
            self._read(connection, current_key, now),
            seconds_left + expiry,
        )

    def _add(self, connection: sqlite3.Connection, key: str, expiry: int, amount: int, now: float) -> int:
        self._hits += 1
        if self._hits % HITS_BETWEEN_CLEANING == 0:
            connection.execute("DELETE FROM counts WHERE expires_at <= ?", (now,))
        hits = self._read(connection, key, now) + amount
        connection.execute(
            "INSERT INTO counts VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET hits = ?2,"
            " expires_at = CASE WHEN expires_at > ?4 THEN expires_at ELSE ?3 END",
            (key, hits, now + expiry, now),
        )
        return hits

    @staticmethod
    def _read(connection: sqlite3.Connection, key: str, now: float) -> int:
        row = connection.execute(
            "SELECT hits FROM counts WHERE key = ? AND expires_at > ?", (key, now)
        ).fetchone()
        return int(row[0]) if row else 0

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; as a context manager it commits, or rolls back on an exception."""
        connection: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._of_thread.connection = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        # `isolation_level=None`: transactions begin where the code says so, and each other statement is one.
        connection = sqlite3.connect(self._file, timeout=FILE_LOCK_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        return connection


@dataclass(slots=True)
class _Source:
    """One of the stores of a `FallbackStorage`, with its circuit breaker.

    Attributes:
        name: What the log calls it.
        make: Opens it; it may fail, and is called again then.
        storage: The open store; ``None`` until `make` has succeeded.
        asked_again_at: Monotonic time, in seconds, before which it isn't asked again.
    """

    name: str
    make: Callable[[], Storage]
    storage: Storage | None = None
    asked_again_at: float = 0.0


class FallbackStorage(Storage, SlidingWindowCounterSupport):
    """Counts in the first store that answers.

    A store that fails is left alone for `LEFT_ALONE_SECONDS`; then one request asks it again, while the
    others go on counting in the next store. What was counted elsewhere meanwhile isn't carried over.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 -- typed so by limits

    def __init__(self, _uri: str | None = None, *, redis_url: str = "", file: str = "") -> None:
        """Prepare the stores; none is opened yet.

        Args:
            redis_url: The URL of Redis; empty for none.
            file: The path of the file that the processes share; empty for none.
        """
        super().__init__()
        self._lock = threading.Lock()
        self.last_resort = MemoryStorage()
        """Counts in the memory of this process."""
        self._sources: list[_Source] = []
        if redis_url:
            self._sources.append(_Source("Redis", lambda: _redis_storage(redis_url)))
        if file:
            self._sources.append(_Source("the file of counts", lambda: FileStorage(Path(file))))

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """The exceptions of the process's memory; those of the other stores don't get out."""
        return self.last_resort.base_exceptions

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add hits to the count of ``key``."""
        return self._ask(lambda storage: storage.incr(key, expiry, amount))

    def get(self, key: str) -> int:
        """Return the count of ``key``."""
        return self._ask(lambda storage: storage.get(key))

    def get_expiry(self, key: str) -> float:
        """Return when the count of ``key`` expires, in seconds since 1970."""
        return self._ask(lambda storage: storage.get_expiry(key))

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count hits if the limit allows them, and return whether it does."""
        return self._ask(
            lambda storage: _windows(storage).acquire_sliding_window_entry(key, limit, expiry, amount)
        )

    def get_sliding_window(self, key: str, expiry: int) -> Window:
        """Return the hits of the last window and of this one, each with the seconds they still count."""
        return self._ask(lambda storage: _windows(storage).get_sliding_window(key, expiry))

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget the hits of ``key`` in the last window and in the present one."""
        self._ask(lambda storage: _windows(storage).clear_sliding_window(key, expiry))

    def check(self) -> bool:
        """Return True: the process's memory always counts."""
        return True

    def clear(self, key: str) -> None:
        """Forget the count of ``key``."""
        self._ask(lambda storage: storage.clear(key))

    def reset(self) -> int | None:
        """Forget all counts of the store that answers."""
        return self._ask(lambda storage: storage.reset())

    def _ask(self, question: Callable[[Storage], Result]) -> Result:
        """Return the answer of the first store that gives one."""
        for source in self._sources:
            if not self._may_be_asked(source):
                continue
            try:
                source.storage = source.storage or source.make()
                answer = question(source.storage)
            except Exception as error:  # noqa: BLE001 -- whatever it is, counting goes on elsewhere
                source.asked_again_at = time.monotonic() + LEFT_ALONE_SECONDS
                log.warning("Limits are counted without %s: %s", source.name, type(error).__name__)
            else:
                source.asked_again_at = 0.0
                return answer
        return question(self.last_resort)

    def _may_be_asked(self, source: _Source) -> bool:
        """Return whether a store is asked; after its failure once in `LEFT_ALONE_SECONDS`, by one thread."""
        if not source.asked_again_at:
            return True
        with self._lock:
            now = time.monotonic()
            if now < source.asked_again_at:
                return False
            source.asked_again_at = now + LEFT_ALONE_SECONDS
            return True


def _windows(storage: Storage) -> SlidingWindowCounterSupport:
    return cast("SlidingWindowCounterSupport", storage)


def _redis_storage(url: str) -> Storage:
    # Redis's client is only there where an installation uses it.
    from redis.backoff import NoBackoff  # noqa: PLC0415 -- see the line above
    from redis.retry import Retry  # noqa: PLC0415 -- the same

    options: dict[str, object] = {
        "socket_connect_timeout": REDIS_ANSWERS_WITHIN,
        "socket_timeout": REDIS_ANSWERS_WITHIN,
        # By default the client asks again and again, so that one hit would take several times as long.
        "retry": Retry(NoBackoff(), 0),
    }
    return cast("Storage", storage_from_string(url, **options))  # type: ignore[arg-type] # typed for texts
