"""How the store stands, as numbers for Prometheus: what waits at the desk and in the outbox."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webapp.letters.queue.backlog import Backlog, backlogs
from webapp.messages.message_lists import OutboxSummary, outbox_summary
from webapp.monitoring.logs import causes
from webapp.monitoring.metrics import Metrics
from webapp.store.database import Database, StoreAwayError

KEPT_FOR = 10.0
"""Seconds for which the store is not asked again, however often the numbers are."""


@dataclass(frozen=True, slots=True)
class _Standing:
    backlogs: Sequence[Backlog]
    outbox: OutboxSummary


class StoreMetrics(Collector):
    """Asks the store, at most every few seconds; where it is away, says that and nothing else."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Ask ``database``, by the time that ``clock`` tells."""
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._standing: _Standing | None = None
        self._asked_at: float | None = None

    def collect(self) -> Iterator[Metric]:
        """Give the numbers."""
        standing = self._latest()
        yield GaugeMetricFamily(
            "lettersdesk_store_up", "Whether the store answers.", float(standing is not None)
        )
        if standing:
            yield from self._of_queue(standing.backlogs)
            yield from self._of_outbox(standing.outbox)

    def _latest(self) -> _Standing | None:
        with self._lock:
            if self._asked_at is None or time.monotonic() - self._asked_at > KEPT_FOR:
                self._standing = self._ask()
                self._asked_at = time.monotonic()
            return self._standing

    def _ask(self) -> _Standing | None:
        try:
            with self._database.snapshot() as session:
                return _Standing(backlogs(session), outbox_summary(session))
        except StoreAwayError:
            return None

    def _of_queue(self, found: Sequence[Backlog]) -> Iterator[Metric]:
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

    def _of_outbox(self, outbox: OutboxSummary) -> Iterator[Metric]:
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


log = logging.getLogger(__name__)


def count_store_errors(database: Database, metrics: Metrics) -> None:
    """Count and log each time that ``database`` is away."""

    def note(away: StoreAwayError) -> None:
        metrics.note_store_error()
        log.warning("The store is away", extra={"facts": {"error": causes(away)}})

    database.on_away = note
