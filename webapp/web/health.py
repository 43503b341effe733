"""Health checks: `/healthz` (the process answers), `/readyz` (a letter can be stored, counts of the outbox).

The server has a thread of its own for each of these `PATHS`: they are answered while all others wait for the
database.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from flask import Flask, Response, jsonify
from sqlalchemy.exc import DatabaseError

from webapp.installation.clock import now
from webapp.letters.intake.storing_probe import probe_storing
from webapp.messages.outbox_lists import OutboxSummary, outbox_summary
from webapp.store.database import Database, SealKeyUnregisteredError, StoreAwayError
from webapp.store.schema import is_schema_usable
from webapp.web.services import services

HEALTH_PATH = "/healthz"
READINESS_PATH = "/readyz"
PATHS = (HEALTH_PATH, READINESS_PATH)
LONGEST_CHECK = 2.0
"""Seconds after which a database that has not answered counts as away for `/readyz`: load balancers wait no
longer than some seconds."""


PROBE_INTERVAL = 5.0
"""Seconds between two probes of one process: checks by many balancers must not load the database."""


class StoreStatus(StrEnum):
    """Whether letters can be stored; the values are what `/readyz` answers."""

    READY = "ok"
    AWAY = "store away"
    """The database can't be reached, has a schema that this version can't use, or refuses a letter."""
    OTHER_KEYS = "store sealed with other keys"
    """A backup was restored, or the keys were changed: this process takes in no letters."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether letters can be stored, and the counts of the outbox where they could be read."""

    status: StoreStatus
    outbox: OutboxSummary | None = None

    @property
    def is_ready(self) -> bool:
        """Whether letters can be stored."""
        return self.status is StoreStatus.READY


class TimeLimitedCheck:
    """A check of the database that is made in a thread, and waited for until it takes too long.

    One check is made at a time: while the database hangs, further callers don't start another one. Their time
    is counted from its beginning, so that they are answered at once when it has taken too long.
    """

    def __init__(self, check: Callable[[], Readiness], longest: float = LONGEST_CHECK) -> None:
        """Wait for ``check``, which may raise `StoreAwayError`, for up to ``longest`` seconds."""
        self._check = check
        self._longest = longest
        self._lock = threading.Lock()
        self._running: _RunningCheck | None = None

    def readiness(self) -> Readiness:
        """Return the result of the check; not ready where it fails or takes too long."""
        with self._lock:
            if self._running is None or self._running.has_ended.is_set():
                self._running = _RunningCheck(self._check)
            running = self._running
        running.has_ended.wait(max(0.0, running.began_at + self._longest - time.monotonic()))
        return running.result


class _RunningCheck:
    def __init__(self, check: Callable[[], Readiness]) -> None:
        self.began_at = time.monotonic()
        self.has_ended = threading.Event()
        self.result = Readiness(StoreStatus.AWAY)
        # A daemon: a process that stops doesn't wait for a database that hangs.
        threading.Thread(target=self._run, args=(check,), name="readiness", daemon=True).start()

    def _run(self, check: Callable[[], Readiness]) -> None:
        try:
            self.result = check()
        except StoreAwayError:
            pass
        finally:
            self.has_ended.set()


class StoringProbe:
    """Tells whether a letter could be stored, with one probe in `PROBE_INTERVAL` seconds at most."""

    def __init__(self, database: Database) -> None:
        """Probe ``database``; nothing is done yet."""
        self._database = database
        self._probed_at: float | None = None
        self._status = StoreStatus.AWAY

    def status(self) -> StoreStatus:
        """Return what the last probe found, or probe where that is too long ago; for one thread at a time."""
        if self._probed_at is None or time.monotonic() - self._probed_at >= PROBE_INTERVAL:
            self._status = self._probe()
            self._probed_at = time.monotonic()
        return self._status

    def _probe(self) -> StoreStatus:
        try:
            probe_storing(self._database, now())
        except SealKeyUnregisteredError:
            return StoreStatus.OTHER_KEYS
        except (StoreAwayError, DatabaseError):
            return StoreStatus.AWAY
        return StoreStatus.READY


def add_health_routes(app: Flask, database: Database) -> None:
    """Add `/healthz` and `/readyz` to ``app``: JSON for load balancers, without a sign-in or rate limit."""
    probe = StoringProbe(database)
    store_check = TimeLimitedCheck(lambda: _check_store(database, probe))

    @app.get(HEALTH_PATH)
    def healthz() -> Response:
        """Answer 200 always; the database isn't queried."""
        return jsonify(status="ok")

    @app.get(READINESS_PATH)
    def readyz() -> tuple[Response, HTTPStatus]:
        """Answer 200 where a letter can be stored, 503 where not, with a value of `StoreStatus`.

        Whether this version can work on the database's schema is checked at each call, storing is tried every
        `PROBE_INTERVAL` seconds. A database that doesn't answer within `LONGEST_CHECK` seconds is away. The
        answer also tells whether a mail server is set, and how many messages wait and are dead; with a 503
        the counts are null.
        """
        readiness = store_check.readiness()
        status = HTTPStatus.OK if readiness.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        mail = {
            "configured": services().settings.mail_server is not None,
            "waiting": readiness.outbox.waiting if readiness.outbox else None,
            "dead": readiness.outbox.dead if readiness.outbox else None,
        }
        return jsonify(status=readiness.status.value, mail=mail), status


def _check_store(database: Database, probe: StoringProbe) -> Readiness:
    if not is_schema_usable(database):
        return Readiness(StoreStatus.AWAY)
    status = probe.status()
    if status is not StoreStatus.READY:
        return Readiness(status)
    with database.snapshot() as session:
        return Readiness(status, outbox_summary(session))
