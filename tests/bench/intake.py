"""Benchmark of intake: letters a second and response times, compared with the floor and the rung."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import floor
from tests.bench.figures import Row, milliseconds, percentile
from tests.bench.serving import bare_floor, kind_of, product, seconds_of_work
from tests.installation.concurrent_readers import (
    ConcurrentReaders,
    OpenForm,
    ReaderConnection,
    hidden_fields,
    sample_letter,
)
from tests.installation.steps import FORM

TURNS = 3
"""Runs of each course; the courses take turns, so that a busy moment of the machine affects all alike."""
CLIENTS = (1, 8, 64)
"""Numbers of concurrent clients; 64 is far more than the server's threads, to see that all are answered."""
WARM_UP_CLIENTS, WARM_UP_LETTERS = 8, 5
HEADINGS = ("letters", "clients", "a second", "of the floor", "p50 ms", "p99 ms", "work ms", "errors")


@dataclass
class Course:
    """One way of sending letters to one server, and its results over all turns.

    Attributes:
        name: Its name in the table.
        pid: The process ID of the server.
        port: The server's port.
        path: The path of the form.
        open_form: A form that was fetched before; without one each letter fetches its own.
        letters: The number of letters accepted.
        errors: The number of attempts that were refused or not answered.
        seconds: The time measured.
        worked: The CPU seconds of the server and its workers.
        waits: The response times in seconds, one for each letter accepted.
    """

    name: str
    pid: int
    port: int
    path: str
    open_form: OpenForm | None = None
    letters: int = 0
    errors: int = 0
    seconds: float = 0.0
    worked: float = 0.0
    waits: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Send some letters first, so that every worker has loaded and cached what it needs."""
        readers = self._concurrent_readers()
        readers.start(WARM_UP_CLIENTS, letters=WARM_UP_LETTERS)
        readers.wait()

    def run(self, clients: int, seconds: float) -> None:
        """Send letters with that many concurrent clients for that many seconds."""
        readers = self._concurrent_readers()
        since, worked = time.perf_counter(), seconds_of_work(self.pid)
        readers.start(clients)
        time.sleep(seconds)
        readers.stop()
        self.seconds += time.perf_counter() - since
        self.worked += seconds_of_work(self.pid) - worked
        self.letters += len(readers.receipts)
        self.errors += len(readers.refused) + readers.unanswered
        self.waits += [receipt.seconds for receipt in readers.receipts]

    def _concurrent_readers(self) -> ConcurrentReaders:
        return ConcurrentReaders(self.port, self.path, sample_letter, open_form=self.open_form)

    @property
    def rate(self) -> float:
        """The letters accepted a second."""
        return self.letters / self.seconds

    @property
    def work(self) -> float:
        """The CPU seconds of the server for each letter accepted."""
        return self.worked / max(self.letters, 1)


def measure(folder: Path, new_database: Callable[[], str], *, seconds: float) -> Iterator[Row]:
    """Measure Letters Desk, the floor and the rung in turns, each with its own database; yield table rows.

    Args:
        folder: The servers' working directory.
        new_database: Creates an empty database, always of the same kind, and returns its URL.
        seconds: The length of a turn.
    """
    product_url = new_database()
    with product(folder, product_url) as server:
        with ReaderConnection(server.port) as connection:
            page = connection.get(FORM).body
        # Without a submission key each post counts as another letter.
        open_form = OpenForm({"csrf_token": hidden_fields(page)["csrf_token"]}, connection.cookie)
        with (
            bare_floor(folder, new_database(), page) as (floor_port, floor_pid),
            bare_floor(folder, new_database(), page, with_forms=True) as (rung_port, rung_pid),
        ):
            for clients in CLIENTS:
                with_form = (
                    Course("form and letter", server.pid, server.port, FORM),
                    Course("floor with WTForms and CSRF", rung_pid, rung_port, floor.RUNG),
                    Course("floor: form and letter", floor_pid, floor_port, floor.PATH),
                )
                alone = (
                    Course("letter alone", server.pid, server.port, FORM, open_form),
                    Course("floor: letter alone", floor_pid, floor_port, floor.PATH, OpenForm()),
                )
                for course in (*with_form, *alone):
                    course.warm_up()
                for course in (*with_form, *alone) * TURNS:
                    course.run(clients, seconds)
                kind = kind_of(product_url)
                for *above, lowest in (with_form, alone):
                    for course in above:
                        yield _row(kind, clients, course, course.rate / lowest.rate)
                    yield _row(kind, clients, lowest)


def _row(kind: str, clients: int, course: Course, of_the_floor: float | None = None) -> Row:
    return (
        f"{kind}, {course.name}",
        str(clients),
        f"{course.rate:.0f}",
        "" if of_the_floor is None else f"{of_the_floor:.0%}",
        milliseconds(percentile(course.waits, 0.5)),
        milliseconds(percentile(course.waits, 0.99)),
        milliseconds(course.work),
        str(course.errors),
    )
