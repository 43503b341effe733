"""What was purged or erased is in no file of the store any more."""

import secrets
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from tests.letters.privacy.letters_to_purge import LATER, purged, receive
from tests.samples import NOON, SEAL
from webapp.letters.privacy.erasure import KnownBy, Sought, erase, letters_of
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.rules.states import State
from webapp.store import secure_deletion as remains
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.store.schema import migrate
from webapp.store.secure_deletion import VACUUM_TABLES, particulars_removed_since, secure_delete

LETTERS = 40
TITLES = {"declined": "Qwxa", "received": "Vjka"}
"""What no other word begins with: the index writes of each word only what the one before it has not."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store's files are, and nothing else."""
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def kept(folder: Path) -> Iterator[Database]:
    """A store with many letters, half of them declined long ago; each half is by people of one name."""
    database = Database(f"sqlite:///{folder / 'letters.db'}", SEAL)
    migrate(database)
    for number in range(LETTERS):
        name = TITLES["received" if number % 2 else "declined"]
        receive(database, name=f"{name} Chan", email=f"{name}@example.com", headline=secrets.token_hex(8))
    with database.transaction() as session:
        session.execute(update(Letter).where(Letter.id % 2 == 1).values(state=State.DECLINED))
    yield database
    database.dispose()


def times_written(folder: Path, name: str) -> int:
    """Count how often a name stands in the files of the store, in whatever case."""
    return sum(file.read_bytes().lower().count(name.lower().encode()) for file in folder.iterdir())


def test_a_name_that_was_purged_stands_in_no_file(kept: Database, folder: Path) -> None:
    assert times_written(folder, TITLES["declined"]) > LETTERS
    assert purged(kept, LATER) == LETTERS // 2
    assert times_written(folder, TITLES["declined"]) > 0, "the store itself leaves it there"
    secure_delete(kept)
    assert times_written(folder, TITLES["declined"]) == 0
    assert times_written(folder, TITLES["received"]) > 0
    with kept.snapshot() as session:
        assert len(queue_page(session, QueueFilter(words="vjka")).rows) == LETTERS // 2
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    with kept.transaction() as session:
        session.execute(text("INSERT INTO letter_search (letter_search) VALUES ('integrity-check')"))


def test_only_a_small_file_is_written_anew(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert purged(kept, LATER) == LETTERS // 2
    free = []
    for small in (0, remains.SMALL):
        monkeypatch.setattr(remains, "SMALL", small)
        secure_delete(kept)
        with kept.snapshot() as session:
            free.append(session.scalar(text("PRAGMA freelist_count")))
    assert (free[0] > 0, free[1]) == (True, 0)


def test_a_name_that_was_erased_stands_in_no_file(kept: Database, folder: Path) -> None:
    sought = Sought(KnownBy.EMAIL, f"{TITLES['received']}@example.com")
    with kept.transaction() as session:
        assert erase(session, letters_of(session, sought, {"HK"}), editor_id=None, now=NOON) == LETTERS // 2
    secure_delete(kept)
    assert times_written(folder, TITLES["received"]) == 0


def test_letters_come_in_meanwhile(kept: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remains, "PAGES_AT_ONCE", 1)
    assert purged(kept, LATER) == LETTERS // 2
    stop = threading.Event()
    sent: list[str] = []

    def write() -> None:
        while not stop.is_set():
            sent.append(receive(kept, name="Vjka Chan", headline=secrets.token_hex(8)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        secure_delete(kept)
    finally:
        stop.set()
        writer.join()
    secure_delete(kept)
    assert sent
    assert times_written(folder, TITLES["declined"]) == 0
    with kept.snapshot() as session:
        assert len(session.scalars(select(Letter.id)).all()) == LETTERS + len(sent)


def test_it_can_be_stopped_between_two_pieces_of_work(kept: Database, folder: Path) -> None:
    assert purged(kept, LATER) == LETTERS // 2
    secure_delete(kept, is_stopping=lambda: True)
    assert times_written(folder, TITLES["declined"]) > 0


def test_postgres_is_told_that_nobody_wants_the_old_rows(postgres_store: Database) -> None:
    secure_delete(postgres_store)
    with postgres_store.snapshot() as session:
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
        swept = session.scalars(
            text("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")
        ).all()
    assert set(VACUUM_TABLES) <= set(swept)


def test_whether_anything_went_lately_is_known(store: Database) -> None:
    receive(store)
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    assert not particulars_removed_since(store, NOON)
    assert purged(store, LATER) == 1
    assert particulars_removed_since(store, LATER - timedelta(days=1))
    assert not particulars_removed_since(store, LATER)
