"""A real Redis, private to the tests: the machine's own."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REMEDY = "apt-get install redis-server"

_SECONDS_TO_START = 10


class RedisMissing(Exception):  # noqa: N818 - named for what is so, not for what it does
    """No Redis is here for the tests to start."""


@dataclass
class RedisServer:
    """A server of the tests' own, which keeps nothing on disk."""

    program: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, empty, and wait until it takes connections."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._listens():
            assert time.monotonic() < deadline, "Redis does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as a failing machine does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let it take what is sent, and answer nothing, for as long as the block lasts."""
        assert self.process, "it runs"
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Run a Redis for as long as the block lasts.

    Raises RedisMissing where there is none.
    """
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise RedisMissing
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(program, port, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
