"""Starting and stopping the real `lettersdesk` command as a process, and waiting until it is ready."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from tests.installation import fork_server
from tests.installation.fork_server import ForkedCommand
from tests.installation.http_client import HttpClient
from webapp.installation.settings import WORKERS

COMMAND = Path(sys.executable).parent / "lettersdesk"
SECONDS_TO_WAIT = 30
_BETWEEN_TRIES = 0.02


@dataclass(frozen=True)
class RunningServer:
    """A server process, its port and its log file."""

    process: ForkedCommand | subprocess.Popen[bytes]
    port: int
    log_file: Path

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process ID of the gunicorn arbiter; its workers are its children."""
        return self.process.pid

    @property
    def log(self) -> str:
        """What it has written to standard output and standard error so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def unexpected_errors(self) -> list[str]:
        """The log lines of unexpected errors; an unreachable database is an expected one."""
        return [line for line in self.log.splitlines() if _is_unexpected_error(line)]

    def worker_pids(self) -> list[int]:
        """Return the process IDs of its workers."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def client(self) -> HttpClient:
        """Return a new client without cookies."""
        return HttpClient(self.port)

    def is_listening(self) -> bool:
        """Tell whether its port accepts connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, wait until it has ended, and return its exit code."""
        self.process.send_signal(with_signal)
        return self.process.wait(SECONDS_TO_WAIT)


@contextmanager
def running_server(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    command: str = "run",
    port: int | None = None,
    forked: bool = True,
) -> Iterator[RunningServer]:
    """Run a server until the end of the block; the block begins when it is ready.

    Args:
        folder: Its working directory, which gets its log file too.
        environment: ``LETTERSDESK_…`` variables; those of this process are not passed on.
        command: ``run`` or ``demo``.
        port: The port; a free one where none is given.
        forked: Whether to save the time of its imports; see `tests.installation.fork_server`.
    """
    with started_server(folder, environment, command=command, port=port, forked=forked) as server:
        wait_until_ready(server)
        yield server


@contextmanager
def started_server(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    command: str = "run",
    port: int | None = None,
    forked: bool = True,
) -> Iterator[RunningServer]:
    """Run a server as `running_server` does, without waiting until it is ready.

    Args:
        folder: Its working directory, which gets its log file too.
        environment: ``LETTERSDESK_…`` variables; those of this process are not passed on.
        command: ``run`` or ``demo``.
        port: The port; a free one where none is given.
        forked: Whether to save the time of its imports; see `tests.installation.fork_server`.
    """
    port = port or free_port()
    log_file = folder / f"{command}-{port}.log"
    arguments, env = (command, "--port", str(port)), clean_environment(environment)
    process: ForkedCommand | subprocess.Popen[bytes]
    with log_file.open("ab") as log:
        if forked:
            process = fork_server.fork(arguments, cwd=folder, env=env, stdout=log, stderr=log)
        else:
            process = subprocess.Popen(
                [COMMAND, *arguments],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own, so that Ctrl-C in the terminal is not sent to the server as well.
                start_new_session=True,
            )
    try:
        yield RunningServer(process, port, log_file)
    finally:
        _terminate(process)


def _is_unexpected_error(line: str) -> bool:
    if not line.startswith("{"):
        return "Traceback" in line
    record = json.loads(line)
    return record["level"] in {"error", "critical"} and (
        "error" in record or record["logger"].startswith("webapp")
    )


def run_until_exit(
    folder: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `lettersdesk run` until it exits by itself, as with wrong settings."""
    arguments = ("run", "--port", str(port or free_port()))
    return fork_server.run(arguments, cwd=folder, env=clean_environment(environment), timeout=SECONDS_TO_WAIT)


def wait_until(condition: Callable[[], bool], description: str) -> None:
    """Wait until the condition holds; after `SECONDS_TO_WAIT` fail with its description."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not condition():
        assert time.monotonic() < deadline, f"not within {SECONDS_TO_WAIT} s: {description}"
        time.sleep(_BETWEEN_TRIES)


def wait_until_ready(server: RunningServer) -> None:
    """Wait until `/readyz` answers 200 and every worker handles signals."""
    wait_until(lambda: _is_ready(server), "the server is ready")


def _is_ready(server: RunningServer) -> bool:
    assert server.process.poll() is None, f"the server has ended: {server.log}"
    try:
        answers = server.client().get("/readyz").status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    worker_pids = server.worker_pids()
    return answers and len(worker_pids) == WORKERS and all(map(_handles_signals, worker_pids))


def _handles_signals(worker: int) -> bool:
    """Tell whether a worker has installed its signal handlers.

    A gunicorn worker loses a SIGTERM that comes earlier, and is only killed after the graceful timeout.
    """
    status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    # A worker handles SIGABRT; the arbiter, from which it was forked, doesn't.
    return bool(caught >> (signal.SIGABRT - 1) & 1)


def clean_environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment with ``settings`` in place of all ``LETTERSDESK_…`` variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LETTERSDESK_")}
    return kept | dict(settings or {})


def free_port() -> int:
    """Return a TCP port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _terminate(process: ForkedCommand | subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(SECONDS_TO_WAIT)
    except subprocess.TimeoutExpired:
        # The workers notice that their parent is gone, and end too.
        process.kill()
        process.wait()
