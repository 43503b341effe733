"""The real `lettersdesk` command as a process of its own, and the program that calls at it."""

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

from tests.installation.http_client import Caller
from webapp.installation.settings import WORKERS

COMMAND = Path(sys.executable).parent / "lettersdesk"
SECONDS_TO_WAIT = 30
_BETWEEN_TRIES = 0.02


@dataclass(frozen=True)
class RunningServer:
    """A server that was started and answers."""

    process: subprocess.Popen[bytes]
    port: int
    log_file: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that was started; its workers are its children."""
        return self.process.pid

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def failures(self) -> list[str]:
        """What it has logged of itself that nobody foresaw; a store that is away was foreseen."""
        return [line for line in self.log.splitlines() if _tells_of_failure(line)]

    def workers(self) -> list[int]:
        """Give the processes that it has started itself."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def caller(self) -> Caller:
        """Give somebody who calls at it and has no cookies yet."""
        return Caller(self.port)

    def listens(self) -> bool:
        """Tell whether its port takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, and give its exit code when it has."""
        self.process.send_signal(with_signal)
        return self.process.wait(SECONDS_TO_WAIT)


@contextmanager
def running_server(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    command: str = "run",
    port: int | None = None,
) -> Iterator[RunningServer]:
    """Run the product in ``folder`` for as long as the block lasts.

    Args:
        folder: Where it works and keeps what it makes.
        environment: Settings besides those of this process that are not the product's.
        command: ``run`` or ``demo``.
        port: Where it serves; a free one where none is given.
    """
    with starting_server(folder, environment, command=command, port=port) as server:
        wait_until_ready(server)
        yield server


@contextmanager
def starting_server(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    command: str = "run",
    port: int | None = None,
) -> Iterator[RunningServer]:
    """Do as `running_server` does, without waiting for the first answer."""
    port = port or free_port()
    log_file = folder / f"{command}-{port}.log"
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [COMMAND, command, "--port", str(port)],
            cwd=folder,
            env=clean_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Its own session, so that Ctrl-C in the terminal does not end it before the test does.
            start_new_session=True,
        )
    try:
        yield RunningServer(process, port, log_file)
    finally:
        _end(process)


def _tells_of_failure(line: str) -> bool:
    if not line.startswith("{"):
        return "Traceback" in line
    told = json.loads(line)
    return told["level"] in {"error", "critical"} and ("error" in told or told["logger"].startswith("webapp"))


def run_to_its_end(
    folder: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the product where it is expected to refuse to start."""
    return subprocess.run(
        [COMMAND, "run", "--port", str(port or free_port())],
        cwd=folder,
        env=clean_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_WAIT,
        check=False,
    )


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return when ``holds`` does; fail, saying ``what`` never came, where that takes too long."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not holds():
        assert time.monotonic() < deadline, f"not within {SECONDS_TO_WAIT} s: {what}"
        time.sleep(_BETWEEN_TRIES)


def wait_until_ready(server: RunningServer) -> None:
    """Return when letters can be taken in, and every worker minds its signals."""
    wait_until(lambda: _is_ready(server), "the server is ready")


def _is_ready(server: RunningServer) -> bool:
    assert server.process.poll() is None, f"the server has ended: {server.log}"
    try:
        answers = server.caller().get("/readyz").status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    workers = server.workers()
    return answers and len(workers) == WORKERS and all(map(_minds_its_signals, workers))


def _minds_its_signals(worker: int) -> bool:
    """Tell whether a worker is so far that it catches signals itself.

    Gunicorn's workers lose a SIGTERM that comes sooner, and stop only when the time of grace is over.
    """
    status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    # Of the two kinds of process only a worker catches this one.
    return bool(caught >> (signal.SIGABRT - 1) & 1)


def clean_environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give this process's environment with none of the product's settings but ``settings``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LETTERSDESK_")}
    return kept | dict(settings or {})


def free_port() -> int:
    """Find a port that nobody serves at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(SECONDS_TO_WAIT)
    except subprocess.TimeoutExpired:
        # Workers notice that their parent is gone, and end.
        process.kill()
        process.wait()
