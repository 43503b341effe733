"""A Redis or Valkey server for the tests: start, kill, suspend."""

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


class RedisMissingError(Exception):
    """Neither redis-server nor valkey-server is on the PATH."""


@dataclass
class RedisServer:
    """A Redis server that keeps nothing on disk."""

    program: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL for `LETTERSDESK_LIMITER_URL`."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, empty, and wait until it accepts connections."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self._listens():
            assert time.monotonic() < deadline, "Redis does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it (SIGKILL)."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Suspend it (SIGSTOP) until the end of the block: it accepts connections, but answers nothing."""
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
    """Run a Redis server until the end of the block.

    Raises:
        RedisMissingError: there is none on this machine.
    """
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise RedisMissingError
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(program, port, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
