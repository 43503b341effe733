"""An import that is broken off at any moment leaves whole letters, and the next run brings in the rest."""

import mailbox
import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.cli.import_files import mail
from tests.durability.restartable_site import House, free_port
from tests.installation.server import COMMAND
from tests.samples import KEYS
from tests.services.postgres import PostgresServer
from tests.services.small_disk import SmallDisk
from webapp.store.models import Event, Import, Letter, Message, Particulars

LETTERS = 300
KILLS = 4
MOST_BETWEEN = 30


@pytest.fixture
def mbox(tmp_path: Path) -> Path:
    """An mbox file of many letters, all of which meet the rules."""
    box = mailbox.mbox(tmp_path / "Inbox")
    for number in range(LETTERS):
        box.add(mail(number))
    box.close()
    return tmp_path / "Inbox"


@contextmanager
def importing(house: House, mbox: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run the command, with receipts, for as long as the block lasts."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LETTERSDESK_")}
    environment |= {
        "LETTERSDESK_DATABASE_URL": house.database_url,
        "LETTERSDESK_BASE_URL": "https://letters.example.com",
        **KEYS,
    }
    process = subprocess.Popen(
        [COMMAND, "import", "mbox", str(mbox), "--send-receipts"],
        cwd=house.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told_of(process: "subprocess.Popen[str]", letters: int) -> list[str]:
    """Wait for lines that tell of so many letters more as stored; return all lines that came."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        letters -= ": stored " in line
        if letters <= 0:
            break
    return lines


def run_to_the_end(house: House, mbox: Path) -> tuple[int, str, Counter[str]]:
    """Return the exit code, what was said beside, and how often each outcome was told."""
    with importing(house, mbox) as process:
        out, beside = process.communicate()
        outcomes = Counter(" ".join(line.split(": ")[1].split()[:-1]) for line in out.splitlines())
        return process.returncode, beside, outcomes


def assert_whole(house: House, letters: int) -> None:
    """Hold the store against itself: each letter has all that belongs to it, once."""
    with house.store() as database, database.snapshot() as session:
        for table in (Letter, Particulars, Event, Message, Import):
            assert session.scalar(select(func.count()).select_from(table)) == letters, table
        assert len(set(session.scalars(select(Letter.headline)))) == letters


def test_an_import_that_is_killed_again_and_again_brings_in_each_letter_once(
    house: House, mbox: Path
) -> None:
    chance = random.Random()
    for _ in range(KILLS):
        with importing(house, mbox) as process:
            told_of(process, chance.randint(1, MOST_BETWEEN))
            process.send_signal(signal.SIGKILL)
    exit_code, beside, outcomes = run_to_the_end(house, mbox)
    assert (exit_code, outcomes.total()) == (0, LETTERS), beside
    assert outcomes["already here"] >= KILLS
    assert_whole(house, LETTERS)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What is started can be interrupted, also where the tests themselves run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_it_between_two_letters(sqlite_house: House, mbox: Path) -> None:
    with importing(sqlite_house, mbox) as process:
        told = told_of(process, 5)
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert process.stderr
        # What `communicate` gives lacks the lines that came together with the last one that was read above.
        told += process.stdout
        beside = process.stderr.read()
        assert process.wait() == 2
    stored = len(told)
    assert beside.splitlines()[-2:] == [
        "Stopped. What is told of above is done; run this once more for the rest.",
        f"{stored} stored.",
    ]
    with sqlite_house.store() as database, database.snapshot() as session:
        # One whose line was not said any more may be there, whole.
        kept = session.scalar(select(func.count()).select_from(Letter)) or 0
    assert stored <= kept <= stored + 1
    assert_whole(sqlite_house, kept)


def test_a_database_that_goes_away_ends_it_with_a_sentence(
    postgres_house: House, own_postgres: PostgresServer, mbox: Path
) -> None:
    with importing(postgres_house, mbox) as process:
        told_of(process, 5)
        own_postgres.stop()
        try:
            _, beside = process.communicate()
        finally:
            own_postgres.start()
    assert (process.returncode, "The store can’t be reached." in beside) == (2, True), beside
    assert "Traceback" not in beside
    assert run_to_the_end(postgres_house, mbox)[0] == 0
    assert_whole(postgres_house, LETTERS)


def test_a_full_disk_ends_it_with_a_sentence(disk: SmallDisk, tmp_path: Path, mbox: Path) -> None:
    house = House(tmp_path, free_port(), f"sqlite:///{disk.folder / 'letters.db'}")
    with importing(house, mbox) as process:
        told_of(process, 5)
        disk.fill()
        _, beside = process.communicate()
    assert (process.returncode, "The store can’t be reached." in beside) == (2, True), beside
    disk.make_room()
    assert run_to_the_end(house, mbox)[0] == 0
    assert_whole(house, LETTERS)
