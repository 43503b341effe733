"""Processes of `lettersdesk worker`."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation import fork_server
from tests.installation.fork_server import ForkedCommand
from tests.installation.server import clean_environment
from tests.samples import KEYS
from webapp.store.database import Database


class Workers:
    """Starts and ends worker processes that share one database and one mail server."""

    def __init__(self, settings: dict[str, str]) -> None:
        """Start workers with these environment variables."""
        self._settings = settings
        self._running: dict[int, ForkedCommand] = {}

    def start(self) -> int:
        """Start a worker and return its process id."""
        worker = fork_server.fork(["worker"], cwd=Path.cwd(), env=clean_environment(self._settings))
        self._running[worker.pid] = worker
        return worker.pid

    def end(self, pid: int, with_signal: signal.Signals) -> int:
        """Send a signal to a worker, wait until it has ended, and return its exit code."""
        os.kill(pid, with_signal)
        return self._running.pop(pid).wait()

    def end_all(self) -> None:
        """Kill the workers that still run."""
        for worker in self._running.values():
            worker.kill()
            worker.wait()


def worker_settings(store: Database, smtp_url: str) -> dict[str, str]:
    """Return the environment variables for a worker with that database and mail server."""
    return {
        "LETTERSDESK_DATABASE_URL": store.url.render_as_string(hide_password=False),
        **KEYS,
        "LETTERSDESK_SMTP_URL": smtp_url,
    }


@contextmanager
def running_workers(store: Database, smtp_url: str) -> Iterator[Workers]:
    """Start workers on demand; they are killed at the end of the block."""
    workers = Workers(worker_settings(store, smtp_url))
    try:
        yield workers
    finally:
        workers.end_all()
