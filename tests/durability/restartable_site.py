"""An installation that can be killed and started again with the same database and port."""

import os
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.installation.concurrent_readers import ConcurrentReaders, sample_letter
from tests.installation.server import RunningServer, running_server, wait_until
from tests.installation.steps import FORM
from tests.samples import KEYS, SEAL
from webapp.store.database import Database

PORTS = range(20_000, 30_000)
"""Below the ephemeral ports, any of which the kernel may give to a client while the server is down."""


@dataclass(frozen=True)
class RestartableSite:
    """The working directory, port and database of an installation."""

    folder: Path
    port: int
    database_url: str

    @contextmanager
    def running_server(self) -> Iterator[RunningServer]:
        """Run the server until the end of the block; the block begins when it is ready."""
        settings = {
            "LETTERSDESK_DATABASE_URL": self.database_url,
            **KEYS,
            "LETTERSDESK_RATE_LIMITS": "off",
        }
        with running_server(self.folder, settings, port=self.port) as server:
            yield server

    @contextmanager
    def store(self) -> Iterator[Database]:
        """Open the database until the end of the block."""
        database = Database(self.database_url, SEAL)
        try:
            yield database
        finally:
            database.dispose()

    def concurrent_readers(self) -> ConcurrentReaders:
        """Return readers who send each letter again until they get a receipt."""
        return ConcurrentReaders(self.port, FORM, sample_letter, retries=True)


def free_port() -> int:
    """Return a random port of `PORTS` that is free at the moment."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def wait_for_receipts(readers: ConcurrentReaders, letters: int) -> None:
    """Wait until that many more letters have a receipt."""
    wanted = len(readers.receipts) + letters
    wait_until(lambda: len(readers.receipts) >= wanted, f"{letters} more letters have their receipts")


def wait_for_refusals(readers: ConcurrentReaders, letters: int) -> None:
    """Wait until that many more letters were refused."""
    wanted = len(readers.refused) + letters
    wait_until(lambda: len(readers.refused) >= wanted, f"{letters} more letters come back")


def kill_server_and_workers(server: RunningServer) -> None:
    """Kill a server and all its workers at once with SIGKILL, as in a power failure, and wait for its port.

    Workers hold the listening socket until the kernel has taken them down, perhaps after the arbiter's end.
    """
    os.killpg(server.pid, signal.SIGKILL)
    assert server.process.wait() == -signal.SIGKILL
    wait_until(lambda: _can_be_served_at(server.port), "the port is free again")


def _can_be_served_at(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
