"""How many letters are taken in, and how soon each, beside what the floor takes and the rung above it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import floor
from tests.bench.figures import Row, milliseconds, percentile
from tests.bench.serving import bare_floor, kind_of, product, seconds_of_work
from tests.installation.concurrent_readers import Crowd, Line, OpenForm, hidden_fields, write_letter
from tests.installation.steps import FORM

TURNS = 3
"""That each course has, one after another, so that a busy moment of the machine hits all alike."""
CLIENTS = (1, 8, 64)
"""Sending at once; the last are far more than there are threads, to see that all are answered."""
WARM_UP_CLIENTS, WARM_UP_LETTERS = 8, 5
HEADINGS = ("letters", "clients", "a second", "of the floor", "p50 ms", "p99 ms", "work ms", "errors")


@dataclass
class Course:
    """One way of sending letters, and what came of it in all its turns."""

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
        """Send as many letters as it takes to have every worker load what it loads but once."""
        crowd = self._crowd()
        crowd.start(WARM_UP_CLIENTS, letters=WARM_UP_LETTERS)
        crowd.wait()

    def run(self, clients: int, seconds: float) -> None:
        """Let so many clients send for so many seconds."""
        crowd = self._crowd()
        since, worked = time.perf_counter(), seconds_of_work(self.pid)
        crowd.start(clients)
        time.sleep(seconds)
        crowd.stop()
        self.seconds += time.perf_counter() - since
        self.worked += seconds_of_work(self.pid) - worked
        self.letters += len(crowd.receipts)
        self.errors += len(crowd.refused) + crowd.cut
        self.waits += [receipt.seconds for receipt in crowd.receipts]

    def _crowd(self) -> Crowd:
        return Crowd(self.port, self.path, write_letter, open_form=self.open_form)

    @property
    def rate(self) -> float:
        """Letters a second."""
        return self.letters / self.seconds

    @property
    def work(self) -> float:
        """Seconds that a letter keeps a processor busy in the server."""
        return self.worked / max(self.letters, 1)


def measure(folder: Path, new_database: Callable[[], str], *, seconds: float) -> Iterator[Row]:
    """Measure the product, the floor and the rung between them, turn by turn, each with its own database.

    Args:
        folder: Where all work.
        new_database: Makes an empty database, always of the same kind, and returns its address.
        seconds: How long a turn lasts.
    """
    product_url = new_database()
    with product(folder, product_url) as server:
        with Line(server.port) as line:
            page = line.get(FORM).body
        # A form that has no key gets one with each sending: it is another letter every time.
        open_form = OpenForm({"csrf_token": hidden_fields(page)["csrf_token"]}, line.cookie)
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
