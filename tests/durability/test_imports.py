"""Interrupted imports (kill, Ctrl-C, lost database, full disk): letters stay whole, a rerun adds the rest."""

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
from tests.durability.restartable_site import RestartableSite, free_port
from tests.installation import fork_server
from tests.installation.fork_server import ForkedCommand
from tests.samples import KEYS
from tests.services.postgres import PostgresServer
from tests.services.small_disk import SmallDisk
from webapp.store.models import Event, Import, Letter, Message, Particulars

LETTERS = 300
KILLS = 4
MAX_LETTERS_BEFORE_KILL = 30


@pytest.fixture
def mbox(tmp_path: Path) -> Path:
    """An mbox file of `LETTERS` valid letters."""
    box = mailbox.mbox(tmp_path / "Inbox")
    for number in range(LETTERS):
        box.add(mail(number))
    box.close()
    return tmp_path / "Inbox"


@contextmanager
def running_import(site: RestartableSite, mbox: Path) -> Iterator[ForkedCommand]:
    """Run the import, with receipts; kill it at the end of the block if it still runs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LETTERSDESK_")}
    environment |= {
        "LETTERSDESK_DATABASE_URL": site.database_url,
        "LETTERSDESK_BASE_URL": "https://letters.example.com",
        **KEYS,
    }
    process = fork_server.fork(
        ["import", "mbox", str(mbox), "--send-receipts"],
        cwd=site.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_stored_lines(process: ForkedCommand, letters: int) -> list[str]:
    """Read the output until it has reported that many more letters as stored; return the lines read."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        letters -= ": stored " in line
        if letters <= 0:
            break
    return lines


def run_until_exit(site: RestartableSite, mbox: Path) -> tuple[int, str, Counter[str]]:
    """Run the import to its end; return its exit code, standard error, and the count of each outcome."""
    with running_import(site, mbox) as process:
        out, stderr_text = process.communicate()
        outcomes = Counter(" ".join(line.split(": ")[1].split()[:-1]) for line in out.splitlines())
        return process.wait(), stderr_text, outcomes


def assert_whole(site: RestartableSite, letters: int) -> None:
    """Assert that there are that many letters, each with particulars, event, message and import record."""
    with site.store() as database, database.snapshot() as session:
        for table in (Letter, Particulars, Event, Message, Import):
            assert session.scalar(select(func.count()).select_from(table)) == letters, table
        assert len(set(session.scalars(select(Letter.headline)))) == letters


def test_an_import_that_is_killed_again_and_again_brings_in_each_letter_once(
    site: RestartableSite, mbox: Path
) -> None:
    chance = random.Random()
    for _ in range(KILLS):
        with running_import(site, mbox) as process:
            wait_for_stored_lines(process, chance.randint(1, MAX_LETTERS_BEFORE_KILL))
            process.send_signal(signal.SIGKILL)
    exit_code, stderr_text, outcomes = run_until_exit(site, mbox)
    assert (exit_code, outcomes.total()) == (0, LETTERS), stderr_text
    assert outcomes["already here"] >= KILLS
    assert_whole(site, LETTERS)


def test_ctrl_c_ends_it_between_two_letters(sqlite_site: RestartableSite, mbox: Path) -> None:
    with running_import(sqlite_site, mbox) as process:
        lines = wait_for_stored_lines(process, 5)
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert process.stderr
        # `communicate` would miss the lines that are already in the buffer of `process.stdout`.
        lines += process.stdout
        stderr_text = process.stderr.read()
        assert process.wait() == 2
    stored = len(lines)
    assert stderr_text.splitlines()[-2:] == [
        "Stopped. What is told of above is done; run this once more for the rest.",
        f"{stored} stored.",
    ]
    with sqlite_site.store() as database, database.snapshot() as session:
        # One more letter may be stored whose line was not printed any more.
        kept = session.scalar(select(func.count()).select_from(Letter)) or 0
    assert stored <= kept <= stored + 1
    assert_whole(sqlite_site, kept)


def test_a_database_that_goes_away_ends_it_with_a_sentence(
    postgres_site: RestartableSite, own_postgres: PostgresServer, mbox: Path
) -> None:
    with running_import(postgres_site, mbox) as process:
        wait_for_stored_lines(process, 5)
        own_postgres.stop()
        try:
            _, stderr_text = process.communicate()
        finally:
            own_postgres.start()
    assert (process.returncode, "The store can’t be reached." in stderr_text) == (2, True), stderr_text
    assert "Traceback" not in stderr_text
    assert run_until_exit(postgres_site, mbox)[0] == 0
    assert_whole(postgres_site, LETTERS)


def test_a_full_disk_ends_it_with_a_sentence(disk: SmallDisk, tmp_path: Path, mbox: Path) -> None:
    site = RestartableSite(tmp_path, free_port(), f"sqlite:///{disk.folder / 'letters.db'}")
    with running_import(site, mbox) as process:
        wait_for_stored_lines(process, 5)
        disk.fill()
        _, stderr_text = process.communicate()
    assert (process.returncode, "The store can’t be reached." in stderr_text) == (2, True), stderr_text
    disk.make_room()
    assert run_until_exit(site, mbox)[0] == 0
    assert_whole(site, LETTERS)
