"""Servers for the benchmarks: Letters Desk, the floor and the rung, and the CPU time that they have used."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import floor
from tests.installation.concurrent_readers import ReaderConnection
from tests.installation.server import RunningServer, clean_environment, free_port, running_server, wait_until
from tests.samples import KEYS

ROOT = Path(__file__).resolve().parent.parent.parent


def kind_of(database_url: str) -> str:
    """Return the kind of database: ``sqlite`` or ``postgresql``."""
    return database_url.partition(":")[0].partition("+")[0]


def product_settings(database_url: str) -> dict[str, str]:
    """Return the environment variables of the measured installation."""
    return {
        "LETTERSDESK_DATABASE_URL": database_url,
        **KEYS,
        "LETTERSDESK_RATE_LIMITS": "off",
    }


@contextmanager
def product(folder: Path, database_url: str, *, forked: bool = True) -> Iterator[RunningServer]:
    """Run Letters Desk until the end of the block; ``forked`` shares memory with a fork server."""
    with running_server(folder, product_settings(database_url), forked=forked) as server:
        yield server


@contextmanager
def bare_floor(
    folder: Path, database_url: str, page: bytes, *, with_forms: bool = False
) -> Iterator[tuple[int, int]]:
    """Run the floor or the rung until the end of the block; yield its port and process ID.

    Args:
        folder: A folder for the file with its page.
        database_url: An empty database.
        page: The HTML that it answers GET requests with.
        with_forms: Whether it is the rung.
    """
    page_file, port = folder / "page.html", free_port()
    page_file.write_bytes(page)
    command = [sys.executable, "-m", floor.__name__, "--port", str(port), "--database", database_url]
    if with_forms:
        command.append("--with-forms")
    process = subprocess.Popen([*command, "--page", page_file], cwd=ROOT, env=clean_environment())
    try:
        wait_until(lambda: _answers(port), "the floor answers")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with ReaderConnection(port):
            return True
    except OSError:
        return False


def seconds_of_work(pid: int) -> float:
    """Return the CPU seconds, user and system, that a server and its workers have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return sum(_seconds(process) for process in (pid, *map(int, children)))


def _seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
