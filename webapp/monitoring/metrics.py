"""Prometheus metrics of letters, submissions, database failures and request durations, over all processes.

Several worker processes serve one port, and each can return the sum over all of them: every process writes
its values to files in a shared folder (the multiprocess mode of `prometheus_client`).
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

DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds, in seconds, of the histogram of request durations."""


class Metrics:
    """The metrics of this process, and the sum of those of all processes that share its folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """Create the metrics, at zero or at the values that a former process left in the folder.

        With a folder it sets PROMETHEUS_MULTIPROC_DIR, replaces `prometheus_client`'s storage class in this
        process, and locks a file in the folder until the process ends.

        Args:
            folder: An existing folder shared by the processes that serve one port; `None` for a single
                process.

        Raises:
            OSError: no file can be created in the folder.
        """
        self._folder = folder
        if folder:
            _store_values_in(folder)
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
            buckets=DURATION_BUCKETS,
            registry=self._registry,
        )
        self._request_histograms: dict[tuple[str, str, int], Histogram] = {}
        """Cache by route, method and status: faster than the library's own lookup, which every request
        needs."""

    def count_accepted_letter(self, paper: str, channel: Channel) -> None:
        """Count a stored letter of that paper (its slug)."""
        self._accepted.labels(paper, channel.value).inc()

    def count_returned_submission(self, paper: str, channel: Channel, refusals: tuple[Finding, ...]) -> None:
        """Count a submission that broke rules, and each of its refusals by code and channel."""
        self._returned.labels(paper, channel.value).inc()
        for refusal in refusals:
            self._refusals.labels(refusal.code.value, channel.value).inc()

    def count_store_error(self) -> None:
        """Count one `StoreAwayError`."""
        self._store_errors.inc()

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request and its duration.

        Args:
            route: The endpoint; never the URL, which may contain a secret.
            method: The HTTP method.
            status: The status code.
            seconds: How long the response took.
        """
        labels = (route, method, status)
        histogram = self._request_histograms.get(labels)
        if histogram is None:
            histogram = self._request_histograms[labels] = self._requests.labels(route, method, str(status))
        histogram.observe(seconds)

    def text_format(self, *collectors: Collector) -> bytes:
        """Return the metrics of all processes and of ``collectors`` in Prometheus' text format.

        The files of the other processes are read anew at each call. Without a folder the metrics of this
        process alone are returned.
        """
        registry = CollectorRegistry()
        if self._folder:
            MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call] # not typed yet
        else:
            registry.register(self._registry)
        for collector in collectors:
            registry.register(collector)
        return generate_latest(registry)


def _store_values_in(folder: Path) -> None:
    """Make `prometheus_client` keep this process's values in files of ``folder``.

    The library chooses its storage from the environment when it is imported, before the folder exists; so its
    storage class is replaced here.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    slot = _lock_free_slot(folder)
    values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call] # the same


def _lock_free_slot(folder: Path) -> int:
    """Return the lowest slot number that no running process has locked, and lock it until this process ends.

    The slot stands in for the process id in the names of the value files. A new process continues the
    counters of the ended process whose slot it gets: counters never decrease, and the number of files stays
    bounded by the number of processes that run at one time.
    """
    for slot in itertools.count():
        lock = os.open(folder / f"{slot}.place", os.O_CREAT | os.O_RDWR, 0o600)
        with suppress(BlockingIOError):
            # The descriptor stays open on purpose: the lock is released when the process ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return slot
        os.close(lock)
    raise AssertionError("there is a place after the last one")
