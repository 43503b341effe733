"""PostgreSQL timeouts: length of the server's statement timeout, and a connection with one on the client.

A server that is gone is noticed by TCP: it closes the connection, or keep-alives fail. A server that is
suspended, or a proxy that accepts data and forwards nothing, keeps TCP alive: only a timeout on the client
ends that wait.
"""

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from sqlalchemy import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

Result = TypeVar("Result")

STATEMENT_TIMEOUT = 8.0
"""Seconds after which the server cancels a statement (PostgreSQL's ``statement_timeout``)."""
SILENCE_TIMEOUT = 10.0
"""Seconds without a result after which the client gives up: longer than `STATEMENT_TIMEOUT`, so that only a
server that hangs reaches it."""
POLL_INTERVAL = 0.1
"""Seconds between two looks at the clock while nothing arrives."""


class TimeLimitedConnection(psycopg.Connection[TupleRow]):
    """A psycopg connection that closes itself when the server does not answer within `SILENCE_TIMEOUT`."""

    def wait(
        self, gen: PQGen[Result], interval: float = POLL_INTERVAL, timeout: float | None = None
    ) -> Result:
        """Wait for the server as psycopg does, with a deadline.

        Raises:
            psycopg.OperationalError: the deadline has passed; the connection is closed.
        """
        limited = self._with_deadline(gen, time.monotonic() + SILENCE_TIMEOUT)
        if timeout is None:
            # Older versions of psycopg don't have this parameter.
            return super().wait(limited, interval)
        return super().wait(limited, interval, timeout)

    def _with_deadline(self, waiting: PQGen[Result], deadline: float) -> PQGen[Result]:
        try:
            wanted = next(waiting)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    # The connection is in the middle of a statement and can't be used for another one.
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server stands still")
                wanted = waiting.send(ready)
        except StopIteration as done:
            result: Result = done.value
            return result


def connect(
    _dialect: Dialect, _record: ConnectionPoolEntry, arguments: tuple[str, ...], parameters: dict[str, Any]
) -> TimeLimitedConnection:
    """Open a `TimeLimitedConnection`; a listener of SQLAlchemy's ``do_connect`` event, which then uses it.

    Args:
        _dialect: Not used.
        _record: Not used.
        arguments: Positional connection arguments from the database URL.
        parameters: Named connection parameters from the URL and from ``connect_args``.

    Raises:
        psycopg.OperationalError: the server can't be reached, or refuses the connection.
    """
    return TimeLimitedConnection.connect(*arguments, **parameters)
