"""An installation that is started again and again on one store, at one port."""

import os
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.installation.concurrent_readers import Crowd, write_letter
from tests.installation.server import RunningServer, running_server, wait_until
from tests.installation.steps import FORM
from tests.samples import KEYS, SEAL
from webapp.store.database import Database

PORTS = range(20_000, 30_000)
"""Below those that the system gives to clients: one that calls where nobody serves may be given that port."""


@dataclass(frozen=True)
class House:
    """Where an installation works, and with which store."""

    folder: Path
    port: int
    database_url: str

    @contextmanager
    def serving(self) -> Iterator[RunningServer]:
        """Run the server for as long as the block lasts."""
        settings = {
            "LETTERSDESK_DATABASE_URL": self.database_url,
            **KEYS,
            "LETTERSDESK_RATE_LIMITS": "off",
        }
        with running_server(self.folder, settings, port=self.port) as server:
            yield server

    @contextmanager
    def store(self) -> Iterator[Database]:
        """Look into the store for as long as the block lasts."""
        database = Database(self.database_url, SEAL)
        try:
            yield database
        finally:
            database.dispose()

    def crowd(self) -> Crowd:
        """Give readers who press “Send the letter” until they see a receipt."""
        return Crowd(self.port, FORM, write_letter, keeps_trying=True)


def free_port() -> int:
    """Find a port that nobody serves at."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def let_through(crowd: Crowd, letters: int) -> None:
    """Return when so many more letters have their receipts."""
    wanted = len(crowd.receipts) + letters
    wait_until(lambda: len(crowd.receipts) >= wanted, f"{letters} more letters have their receipts")


def let_be_refused(crowd: Crowd, letters: int) -> None:
    """Return when so many more letters have come back."""
    wanted = len(crowd.refused) + letters
    wait_until(lambda: len(crowd.refused) >= wanted, f"{letters} more letters come back")


def kill_all(server: RunningServer) -> None:
    """Kill a server and all its workers at once, as when the power goes."""
    os.killpg(server.pid, signal.SIGKILL)
    assert server.process.wait() == -signal.SIGKILL
