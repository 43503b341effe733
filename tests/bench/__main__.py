"""Measures the product on this machine, and prints tables at the end: ``python -m tests.bench --help``."""

import argparse
import sys
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench import intake, judging, pages, process
from tests.bench.bulk import prepare
from tests.bench.figures import Row, table
from tests.bench.serving import kind_of, product
from tests.installation.steps import FORM
from tests.samples import SEAL
from tests.services.postgres import running_postgres
from tests.services.postgres_programs import REMEDY, PostgresMissing
from webapp.store.database import Database

SIZES = (100, 10_000, 1_000_000)
SECONDS = 2.0


class MakesDatabases(Protocol):
    """Whoever makes empty databases of one kind."""

    def create_database(self) -> str:
        """Make one, and return its address."""


@dataclass(frozen=True)
class SqliteFiles:
    """Makes SQLite's databases, which are files."""

    folder: Path

    def create_database(self) -> str:
        """Return the address of a file that is made when it is first written to."""
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.db"


def measure(kinds: Sequence[MakesDatabases], folder: Path, *, sizes: Sequence[int], seconds: float) -> str:
    """Measure everything, and return the tables.

    Args:
        kinds: Where databases of each kind come from.
        folder: Where the servers work.
        sizes: With how many letters in the store the desk's pages are measured.
        seconds: How long each way of sending letters is tried at a time.
    """
    taken_in: list[Row] = []
    shown: list[Row] = []
    started: list[Row] = []
    remembered: list[Row] = []
    for kind in kinds:
        _say("letters taken in")
        taken_in += intake.measure(folder, kind.create_database, seconds=seconds)
        _say("pages of the desk")
        shown += pages.measure(folder, kind.create_database(), sizes)
        _say("start and memory")
        address = kind.create_database()
        started += process.starts(folder, address)
        with product(folder, address) as server:
            remembered += process.memory(server, kind_of(address))
    return "\n".join(
        (
            table("Letters taken in", intake.HEADINGS, taken_in),
            table("The rules", judging.HEADINGS, list(judging.measure())),
            table("The desk", pages.HEADINGS, shown),
            table("From the command to the first page", process.START_HEADINGS, started),
            table("Memory after a crowd of readers", process.MEMORY_HEADINGS, remembered),
            table("What a browser loads", process.WEIGHT_HEADINGS, _weights(kinds[0], folder)),
        )
    )


def _weights(kind: MakesDatabases, folder: Path) -> list[Row]:
    address = kind.create_database()
    database = Database(address, SEAL, limits_statements=False)
    prepare(database)
    database.dispose()
    with product(folder, address) as server:
        cookie, addresses = pages.desk_pages(server)
        pages_weighed = {"form": FORM, **addresses}
        return [process.weight(name, server.port, cookie, page) for name, page in pages_weighed.items()]


def _say(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


def main() -> None:
    """Measure as the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the product here.")
    parser.add_argument(
        "--letters",
        type=lambda text: tuple(int(size) for size in text.split(",")),
        default=SIZES,
        metavar="N,N,…",
        help="letters in the store when the desk's pages are measured (default: 100,10000,1000000, "
        "which takes some minutes and 6 GB)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=SECONDS,
        help="how long each way of sending letters is tried, three times (default: %(default)s)",
    )
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ld-bench-")))
        kinds: list[MakesDatabases] = [SqliteFiles(folder)]
        try:
            kinds.append(stack.enter_context(running_postgres()))
        except PostgresMissing:
            _say(f"without PostgreSQL ({REMEDY})")
        sys.stdout.write(measure(kinds, folder, sizes=given.letters, seconds=given.seconds) + "\n")


if __name__ == "__main__":
    main()
