"""Waiting for PostgreSQL as long as somebody waits for us, and no longer.

A server that is gone closes its connections, or the network finds out. One that only stands still does
neither, nor does a proxy before it that swallows what is sent: whoever asked would wait for good.
"""

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from sqlalchemy import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

Answer = TypeVar("Answer")

LONGEST_STATEMENT = 8.0
"""Seconds after which the server itself is to give a statement up."""
LONGEST_SILENCE = 10.0
"""Seconds after which a server that has not even done that counts as away."""
LOOKS_EVERY = 0.1
"""Seconds between two looks at the clock, while nothing comes."""


class TimeLimitedConnection(psycopg.Connection[TupleRow]):
    """A connection that is closed when the server stands still in the midst of a statement."""

    def wait(self, gen: PQGen[Answer], interval: float = LOOKS_EVERY, timeout: float | None = None) -> Answer:
        """Wait for what the server has to say, as psycopg does.

        Raises:
            psycopg.OperationalError: it said nothing for too long.
        """
        bounded = self._bounded(gen, time.monotonic() + LONGEST_SILENCE)
        if timeout is None:
            # Older versions do not know the other parameter.
            return super().wait(bounded, interval)
        return super().wait(bounded, interval, timeout)

    def _bounded(self, waiting: PQGen[Answer], deadline: float) -> PQGen[Answer]:
        try:
            wanted = next(waiting)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    # Nobody knows what it is about any more.
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server stands still")
                wanted = waiting.send(ready)
        except StopIteration as done:
            answer: Answer = done.value
            return answer


def connect(
    _dialect: Dialect, _record: ConnectionPoolEntry, given: tuple[str, ...], named: dict[str, Any]
) -> TimeLimitedConnection:
    """Open such a connection for SQLAlchemy, which hands on whatever stands in the store's address."""
    return TimeLimitedConnection.connect(*given, **named)
