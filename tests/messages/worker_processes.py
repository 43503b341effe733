"""Processes of `lettersdesk worker`, forked from a fork server that has imported the application already.

Each is a real process that runs the real command; only the second of import time is saved. Run as a program,
this module is the fork server: it reads ``start`` or ``wait PID`` from standard input, one per line, and
prints a process id or an exit code.
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


class ForkServer:
    """Starts and ends worker processes that share one database and one mail server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Use the running fork server ``process``."""
        self._process = process
        self._running: set[int] = set()

    def start(self) -> int:
        """Start a worker and return its process id."""
        pid = self._ask("start")
        self._running.add(pid)
        return pid

    def end(self, pid: int, with_signal: signal.Signals) -> int:
        """Send a signal to a worker, wait until it has ended, and return its exit code."""
        os.kill(pid, with_signal)
        self._running.discard(pid)
        return self._ask(f"wait {pid}")

    def end_all(self) -> None:
        """Kill the workers that still run."""
        for pid in tuple(self._running):
            self.end(pid, signal.SIGKILL)

    def _ask(self, command: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        print(command, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def worker_settings(store: Database, smtp_url: str) -> dict[str, str]:
    """Return the environment variables for a worker with that database and mail server."""
    return {
        "LETTERSDESK_DATABASE_URL": store.url.render_as_string(hide_password=False),
        **KEYS,
        "LETTERSDESK_SMTP_URL": smtp_url,
    }


@contextmanager
def running_fork_server(store: Database, smtp_url: str) -> Iterator[ForkServer]:
    """Run a fork server; its workers are killed at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        cwd=Path(__file__).resolve().parent.parent.parent,
        env=clean_environment(worker_settings(store, smtp_url)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    fork_server = ForkServer(process)
    try:
        yield fork_server
    finally:
        fork_server.end_all()
        process.communicate()


def _serve() -> None:
    for line in sys.stdin:
        command, *pid = line.split()
        if command == "wait":
            _, status = os.waitpid(int(pid[0]), 0)
            _answer(os.waitstatus_to_exitcode(status))
        elif child := os.fork():
            _answer(child)
        else:
            # Standard output carries the fork server's answers: a worker writes to standard error instead.
            os.dup2(2, 1)
            worker_command(args=[])


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
