"""The numbers of one installation, for Prometheus: what came in, how long answers take, what went wrong.

Several worker processes serve one port, and whichever is asked tells the numbers of all. Each keeps its
own in a file of a folder that they share.
"""

import fcntl
import itertools
import os
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from webapp.rules.findings import Finding
from webapp.store.models import Channel

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The steps in which the times of answers are counted."""


class Metrics:
    """Counts what happens in this process."""

    def __init__(self, folder: Path | None = None) -> None:
        """Start to count.

        Args:
            folder: Shared by the processes that serve one port; alone where there is none.
        """
        self._folder = folder
        if folder:
            _share(folder)
        self._registry = CollectorRegistry()
        self._accepted = Counter(
            "lettersdesk_letters_accepted",
            "Letters that met the rules and were stored.",
            ("paper", "channel"),
            registry=self._registry,
        )
        self._returned = Counter(
            "lettersdesk_letters_returned",
            "Submissions that broke rules of the paper and went back to their writer.",
            ("paper", "channel"),
            registry=self._registry,
        )
        self._refusals = Counter(
            "lettersdesk_refusals",
            "What was to be mended in the submissions that went back.",
            ("code", "channel"),
            registry=self._registry,
        )
        self._store_errors = Counter(
            "lettersdesk_store_errors",
            "Times that the store could not be reached or was too busy.",
            registry=self._registry,
        )
        self._requests = Histogram(
            "lettersdesk_request_seconds",
            "How long answers took to make.",
            ("route", "method", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )

        self._timers: dict[tuple[str, str, int], Histogram] = {}
        """Found sooner than the library finds them, as one is needed for every request."""

    def note_accepted(self, paper: str, channel: Channel) -> None:
        """Count a letter that was stored."""
        self._accepted.labels(paper, channel.value).inc()

    def note_returned(self, paper: str, channel: Channel, refusals: tuple[Finding, ...]) -> None:
        """Count a submission that went back, and what was to be mended in it."""
        self._returned.labels(paper, channel.value).inc()
        for refusal in refusals:
            self._refusals.labels(refusal.code.value, channel.value).inc()

    def note_store_error(self) -> None:
        """Count a time that the store was away."""
        self._store_errors.inc()

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request and its time."""
        timed = (route, method, status)
        timer = self._timers.get(timed)
        if timer is None:
            timer = self._timers[timed] = self._requests.labels(route, method, str(status))
        timer.observe(seconds)

    def text(self, *others: Collector) -> bytes:
        """Return the numbers of all processes, and those of ``others``, as Prometheus reads them."""
        told = CollectorRegistry()
        if self._folder:
            MultiProcessCollector(told, str(self._folder))  # type: ignore[no-untyped-call] # not typed yet
        else:
            told.register(self._registry)
        for other in others:
            told.register(other)
        return generate_latest(told)


def _share(folder: Path) -> None:
    """Let the numbers of this process stand in files of ``folder``, where the others find them.

    The library decides when it is imported, from the environment, where it keeps numbers; by then nobody
    has made a folder yet.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    place = _free_place(folder)
    values.ValueClass = values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call] # the same


def _free_place(folder: Path) -> int:
    """Take the lowest place that no living process has.

    Whoever takes the place of a process that has ended counts on from where that one stood: no number ever
    falls, and there are never more files than processes at one time.
    """
    for place in itertools.count():
        lock = os.open(folder / f"{place}.place", os.O_CREAT | os.O_RDWR, 0o600)
        with suppress(BlockingIOError):
            # Held, and left open, until this process ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place
        os.close(lock)
    raise AssertionError("there is a place after the last one")
