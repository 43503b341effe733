"""Where `lettersdesk worker` processes come from: forked from one that has imported all, to start at once.

Each is a real process that runs the real command; only the second that Python takes to import it is saved.
Run as a program this is the nursery itself. It is told ``start`` or ``wait PID`` on its standard input.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation.server import clean_environment
from tests.samples import KEYS
from webapp.cli.serving import worker as worker_command
from webapp.store.database import Database


class Nursery:
    """Starts workers on one store and one mail server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Talk to the nursery's process."""
        self._process = process
        self._running: set[int] = set()

    def start(self) -> int:
        """Start a worker, and return the number of its process."""
        pid = self._ask("start")
        self._running.add(pid)
        return pid

    def end(self, pid: int, with_signal: signal.Signals) -> int:
        """End a worker, and return its exit code when it is gone."""
        os.kill(pid, with_signal)
        self._running.discard(pid)
        return self._ask(f"wait {pid}")

    def end_all(self) -> None:
        """Kill the workers that are left."""
        for pid in tuple(self._running):
            self.end(pid, signal.SIGKILL)

    def _ask(self, question: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        print(question, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def worker_settings(store: Database, smtp_url: str) -> dict[str, str]:
    """Return the settings for a worker of that store."""
    return {
        "LETTERSDESK_DATABASE_URL": store.url.render_as_string(hide_password=False),
        **KEYS,
        "LETTERSDESK_SMTP_URL": smtp_url,
    }


@contextmanager
def running_nursery(store: Database, smtp_url: str) -> Iterator[Nursery]:
    """Have a nursery for as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=Path(__file__).resolve().parent.parent.parent,
        env=clean_environment(worker_settings(store, smtp_url)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    nursery = Nursery(process)
    try:
        yield nursery
    finally:
        nursery.end_all()
        process.communicate()


def _tend() -> None:
    for line in sys.stdin:
        wish, *pid = line.split()
        if wish == "wait":
            _, status = os.waitpid(int(pid[0]), 0)
            _answer(os.waitstatus_to_exitcode(status))
        elif child := os.fork():
            _answer(child)
        else:
            # The answers on this line are the nursery's.
            os.dup2(2, 1)
            worker_command(args=[])


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _tend()
