"""Runs all benchmarks on SQLite and PostgreSQL and prints tables: ``python -m tests.bench --help``."""

import argparse
import sys
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench import blank_forms, intake, judging, pages, process
from tests.bench.figures import Row, table
from tests.bench.serving import kind_of, product
from tests.installation.steps import FORM
from tests.services.postgres import running_postgres
from tests.services.postgres_programs import REMEDY, PostgresMissingError

SIZES = (100, 10_000, 1_000_000)
"""Default numbers of stored letters with which the desk's pages are measured."""
SECONDS = 2.0
"""Default time for which each way of sending letters is measured at a time."""


class MakesDatabases(Protocol):
    """Creates empty databases of one kind."""

    def create_database(self) -> str:
        """Create an empty database and return its SQLAlchemy URL."""


@dataclass(frozen=True)
class SqliteFiles:
    """Creates SQLite databases, as files in a folder."""

    folder: Path

    def create_database(self) -> str:
        """Return the URL of a new file, which SQLite creates at the first write."""
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.db"


def measure(kinds: Sequence[MakesDatabases], folder: Path, *, sizes: Sequence[int], seconds: float) -> str:
    """Run all benchmarks and return the tables as text.

    Args:
        kinds: The kinds of database, each of which is measured.
        folder: The servers' working directory.
        sizes: The numbers of stored letters with which the desk's pages are measured.
        seconds: The time for which each way of sending letters is measured at a time.
    """
    intake_rows: list[Row] = []
    page_rows: list[Row] = []
    start_rows: list[Row] = []
    memory_rows: list[Row] = []
    with_letters = [kind.create_database() for kind in kinds]
    for kind, filled in zip(kinds, with_letters, strict=True):
        _print_progress("letters taken in")
        intake_rows += intake.measure(folder, kind.create_database, seconds=seconds)
        _print_progress("pages of the desk")
        page_rows += pages.measure(folder, filled, sizes)
        _print_progress("start and memory")
        address = kind.create_database()
        start_rows += process.starts(folder, address)
        with product(folder, address, forked=False) as server:
            memory_rows += process.memory(server, kind_of(address))
    return "\n".join(
        (
            table("Letters taken in", intake.HEADINGS, intake_rows),
            table("The rules", judging.HEADINGS, list(judging.measure())),
            table("The blank form", blank_forms.HEADINGS, list(blank_forms.measure(folder))),
            table("The desk", pages.HEADINGS, page_rows),
            table("From the command to the first page", process.START_HEADINGS, start_rows),
            table("Memory after a crowd of readers", process.MEMORY_HEADINGS, memory_rows),
            table("What a browser loads", process.WEIGHT_HEADINGS, _weights(folder, with_letters[0])),
        )
    )


def _weights(folder: Path, address: str) -> list[Row]:
    with product(folder, address) as server:
        cookie, addresses = pages.desk_pages(server)
        pages_weighed = {"form": FORM, **addresses}
        return [process.weight(name, server.port, cookie, page) for name, page in pages_weighed.items()]


def _print_progress(what: str) -> None:
    sys.stderr.write(f"{what} …\n")


def main() -> None:
    """Run the benchmarks with the options of the command line."""
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
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ld-bench-")))
        kinds: list[MakesDatabases] = [SqliteFiles(folder)]
        try:
            kinds.append(stack.enter_context(running_postgres()))
        except PostgresMissingError:
            _print_progress(f"without PostgreSQL ({REMEDY})")
        sys.stdout.write(measure(kinds, folder, sizes=arguments.letters, seconds=arguments.seconds) + "\n")


if __name__ == "__main__":
    main()
