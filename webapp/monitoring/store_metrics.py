"""Metrics read from the database: waiting letters, overdue purges, messages waiting or dead; its errors."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from webapp.letters.privacy.retention import forecast_purge
from webapp.messages.outbox_lists import OutboxSummary, outbox_summary
from webapp.monitoring.backlog import NO_FORMER_SLUGS, Backlog, backlogs
from webapp.monitoring.logs import error_chain
from webapp.monitoring.metrics import Metrics
from webapp.rules.policy import Policy
from webapp.store.database import Database, StoreAwayError

log = logging.getLogger(__name__)

FORECAST_SECONDS = 600.0
"""Seconds for which the forecast of the purge is cached: it counts letters of each paper in each state."""
CACHE_SECONDS = 10.0
"""Seconds for which values are cached: frequent requests for the metrics must not load the database."""


@dataclass(frozen=True, slots=True)
class _Counts:
    backlogs: Sequence[Backlog]
    outbox: OutboxSummary


class StoreMetrics(Collector):
    """Collects gauges from the database; reads it at most once in `CACHE_SECONDS`, also after a failure.

    While the database can't be reached, ``lettersdesk_store_up`` is 0 and there are no other gauges. Ages are
    computed anew from the cached times.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        present_slugs: Mapping[str, str] = NO_FORMER_SLUGS,
        policies: Sequence[Policy] = (),
    ) -> None:
        """Read from ``database``.

        Args:
            database: The database.
            clock: Returns the current time, from which ages are computed.
            present_slugs: The present slug of each paper, by its slugs.
            policies: The papers' policies, which say what is due for purging.
        """
        self._present_slugs = present_slugs
        self._policies = policies
        self._purge_waiting = 0
        self._forecast_at: float | None = None
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: _Counts | None = None
        self._read_at: float | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; called by `prometheus_client`. The database is read before the first one."""
        counts = self._cached_counts()
        yield GaugeMetricFamily(
            "lettersdesk_store_up", "Whether the store answers.", float(counts is not None)
        )
        if counts:
            yield from self._queue_gauges(counts.backlogs)
            yield from self._outbox_gauges(counts.outbox)
            yield GaugeMetricFamily(
                "lettersdesk_purge_waiting_letters",
                "Overdue letters whose purge waits for a person.",
                self._purge_waiting,
            )

    def _cached_counts(self) -> _Counts | None:
        with self._lock:
            if self._read_at is None or time.monotonic() - self._read_at > CACHE_SECONDS:
                self._counts = self._read_counts()
                self._read_at = time.monotonic()
            return self._counts

    def _read_counts(self) -> _Counts | None:
        try:
            with self._database.snapshot() as session:
                self._forecast_purge(session)
                return _Counts(backlogs(session, self._present_slugs), outbox_summary(session))
        except (StoreAwayError, DatabaseError):
            # The other is of a database that has no tables yet, for example.
            return None

    def _forecast_purge(self, session: Session) -> None:
        """Count the letters whose purge waits for a person, once in `FORECAST_SECONDS`."""
        if self._forecast_at is None or time.monotonic() - self._forecast_at > FORECAST_SECONDS:
            forecast = forecast_purge(session, self._policies, self._clock())
            self._purge_waiting = forecast.overdue if forecast.needs_person else 0
            self._forecast_at = time.monotonic()

    def _queue_gauges(self, found: Sequence[Backlog]) -> Iterator[Metric]:
        letters = GaugeMetricFamily(
            "lettersdesk_queue_letters",
            "Letters that the desk has not done with.",
            labels=("paper", "state"),
        )
        oldest = GaugeMetricFamily(
            "lettersdesk_queue_oldest_seconds",
            "Since when the oldest of them was received.",
            labels=("paper", "state"),
        )
        for each in found:
            letters.add_metric((each.paper, each.state.value), each.letters)
            oldest.add_metric((each.paper, each.state.value), self._seconds_since(each.oldest))
        yield from (letters, oldest)

    def _outbox_gauges(self, outbox: OutboxSummary) -> Iterator[Metric]:
        messages = GaugeMetricFamily(
            "lettersdesk_outbox_messages", "Messages that wait or were given up.", labels=("state",)
        )
        messages.add_metric(("waiting",), outbox.waiting)
        messages.add_metric(("dead",), outbox.dead)
        yield messages
        overdue = self._seconds_since(outbox.oldest_due) if outbox.oldest_due else 0.0
        yield GaugeMetricFamily(
            "lettersdesk_outbox_oldest_due_seconds",
            "For how long the oldest waiting message could have been sent.",
            overdue,
        )

    def _seconds_since(self, moment: datetime) -> float:
        return max(0.0, (self._clock() - moment).total_seconds())


def count_store_errors(database: Database, metrics: Metrics) -> None:
    """Count each `StoreAwayError` of ``database`` and log it as a warning; sets its ``on_away``."""

    def count(away: StoreAwayError) -> None:
        metrics.count_store_error()
        log.warning("The store is away", extra={"facts": {"error": error_chain(away)}})

    database.on_away = count
