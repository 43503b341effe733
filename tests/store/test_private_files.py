"""Files of the store: from the moment of their creation only their owner can read them."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Channel
from webapp.store.schema import migrate


@pytest.fixture(autouse=True)
def permissive_umask() -> Iterator[None]:
    """The umask of most systems, or looser: new files can be read by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A store in a folder that everybody may open; not created yet."""
    tmp_path.chmod(0o755)
    opened = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    yield opened
    opened.dispose()


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def receive(database: Database, headline: str = "Trams") -> None:
    Intake(database, SECRET_KEY).receive(
        letter(headline=headline), HERALD, Arrival(channel=Channel.FORM, at=NOON)
    )


def test_a_new_database_and_the_files_beside_it_are_private(database: Database, tmp_path: Path) -> None:
    migrate(database)
    receive(database)
    found = modes(tmp_path)
    assert {"letters.db", "letters.db-wal", "letters.db-shm", "letters.db.turn"} <= found.keys()
    assert set(found.values()) == {0o600}


def test_the_file_is_private_before_sqlite_writes_to_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, int]] = []
    connect = database.engine.dialect.connect

    def watch(*arguments: object, **parameters: object) -> object:
        seen.append(modes(tmp_path))
        return connect(*arguments, **parameters)

    monkeypatch.setattr(database.engine.dialect, "connect", watch)
    with database.query():
        database.engine.connect().close()
    assert seen[0] == {"letters.db": 0o600}


def test_a_database_of_an_earlier_version_becomes_private(database: Database, tmp_path: Path) -> None:
    migrate(database)
    # Only a migration opens it again.
    (tmp_path / "letters.db.migrating").unlink()
    with database.query() as session:
        session.connection()
        for file in tmp_path.iterdir():
            file.chmod(0o644)
        later = Database(database.url, SEAL)
        receive(later)
        assert set(modes(tmp_path).values()) == {0o600}
        later.dispose()


@pytest.mark.parametrize("is_replaced", [False, True])
def test_nothing_is_stored_in_a_file_that_was_removed_or_replaced(
    database: Database, tmp_path: Path, *, is_replaced: bool
) -> None:
    migrate(database)
    receive(database)
    for file in tmp_path.iterdir():
        file.unlink()
    if is_replaced:
        other = Database(database.url, SEAL)
        migrate(other)
        other.dispose()
    with pytest.raises(StoreAwayError):
        receive(database, "Lost")
    if is_replaced:
        receive(database, "Stored in the file that is there now")
    else:
        with pytest.raises(StoreAwayError):
            receive(database, "No empty file takes its place")
        assert not (tmp_path / "letters.db").exists()


OPENED_AND_CLOSED_ELSEWHERE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM letters").fetchone()
connection.close()
"""


def test_opening_the_file_once_more_ends_no_lock_that_sqlite_has_on_it(
    database: Database, tmp_path: Path
) -> None:
    migrate(database)
    with database.query() as session:
        session.execute(text("SELECT count(*) FROM letters"))
        other = Database(database.url, SEAL)
        receive(other)
        other.dispose()
        log = (tmp_path / "letters.db-wal").stat().st_ino
        # The last process that closes a database removes its log: this one takes itself for the last if the
        # locks are gone.
        subprocess.run(
            [sys.executable, "-c", OPENED_AND_CLOSED_ELSEWHERE, tmp_path / "letters.db"], check=True
        )
        assert (tmp_path / "letters.db-wal").stat().st_ino == log
