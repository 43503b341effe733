"""Secure deletion: purged and erased names are in no database file; writers go on meanwhile."""

import secrets
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from tests.letters.privacy.letters_to_purge import LATER, receive, run_purge
from tests.samples import NOON, SEAL
from webapp.letters.privacy.erasure import erase_personal_data
from webapp.letters.privacy.person_search import IdentifierKind, PersonQuery, find_letters_of_person
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.rules.enums import State
from webapp.store import secure_deletion
from webapp.store.database import Database
from webapp.store.models import Letter
from webapp.store.schema import migrate
from webapp.store.secure_deletion import VACUUM_TABLES, particulars_removed_since, secure_delete

LETTERS = 40
FIRST_NAMES = {"declined": "Qwxa", "received": "Vjka"}
"""First names that share no beginning with any other word: the full-text index stores of each word only what
differs from the word before it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with nothing but the database files."""
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    """A database with `LETTERS` letters: half are declined and by one name, half received and by another."""
    database = Database(f"sqlite:///{folder / 'letters.db'}", SEAL)
    migrate(database)
    for number in range(LETTERS):
        name = FIRST_NAMES["received" if number % 2 else "declined"]
        receive(database, name=f"{name} Chan", email=f"{name}@example.com", headline=secrets.token_hex(8))
    with database.transaction() as session:
        session.execute(update(Letter).where(Letter.id % 2 == 1).values(state=State.DECLINED))
    yield database
    database.dispose()


def occurrences(folder: Path, name: str) -> int:
    """Count how often a name occurs in the database files, ignoring case."""
    return sum(file.read_bytes().lower().count(name.lower().encode()) for file in folder.iterdir())


def test_a_purged_name_is_in_no_file(database: Database, folder: Path) -> None:
    assert occurrences(folder, FIRST_NAMES["declined"]) > LETTERS
    assert run_purge(database, LATER) == LETTERS // 2
    assert occurrences(folder, FIRST_NAMES["declined"]) > 0, "SQLite itself leaves it there"
    secure_delete(database)
    assert occurrences(folder, FIRST_NAMES["declined"]) == 0
    assert occurrences(folder, FIRST_NAMES["received"]) > 0
    with database.snapshot() as session:
        assert len(queue_page(session, QueueFilter(words="vjka")).rows) == LETTERS // 2
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    with database.transaction() as session:
        session.execute(text("INSERT INTO letter_search (letter_search) VALUES ('integrity-check')"))


def test_only_a_small_file_is_vacuumed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_purge(database, LATER) == LETTERS // 2
    free_pages = []
    for limit in (0, secure_deletion.VACUUM_MAX_BYTES):
        monkeypatch.setattr(secure_deletion, "VACUUM_MAX_BYTES", limit)
        secure_delete(database)
        with database.snapshot() as session:
            free_pages.append(session.scalar(text("PRAGMA freelist_count")))
    assert (free_pages[0] > 0, free_pages[1]) == (True, 0)


def test_an_erased_name_is_in_no_file(database: Database, folder: Path) -> None:
    sought = PersonQuery(IdentifierKind.EMAIL, f"{FIRST_NAMES['received']}@example.com")
    with database.transaction() as session:
        assert (
            erase_personal_data(
                session, find_letters_of_person(session, sought, {"HK"}), editor_id=None, now=NOON
            )
            == LETTERS // 2
        )
    secure_delete(database)
    assert occurrences(folder, FIRST_NAMES["received"]) == 0


def test_letters_are_received_during_secure_deletion(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secure_deletion, "PAGES_PER_MERGE", 1)
    assert run_purge(database, LATER) == LETTERS // 2
    stop = threading.Event()
    sent: list[str] = []

    def write() -> None:
        while not stop.is_set():
            sent.append(receive(database, name="Vjka Chan", headline=secrets.token_hex(8)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        secure_delete(database)
    finally:
        stop.set()
        writer.join()
    secure_delete(database)
    assert sent
    assert occurrences(folder, FIRST_NAMES["declined"]) == 0
    with database.snapshot() as session:
        assert len(session.scalars(select(Letter.id)).all()) == LETTERS + len(sent)


def test_secure_deletion_can_be_stopped_between_two_steps(database: Database, folder: Path) -> None:
    assert run_purge(database, LATER) == LETTERS // 2
    secure_delete(database, is_stopping=lambda: True)
    assert occurrences(folder, FIRST_NAMES["declined"]) > 0


def test_postgres_tables_are_vacuumed(postgres_store: Database) -> None:
    secure_delete(postgres_store)
    with postgres_store.snapshot() as session:
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
        vacuumed = session.scalars(
            text("SELECT relname FROM pg_stat_user_tables WHERE last_vacuum IS NOT NULL")
        ).all()
    assert set(VACUUM_TABLES) <= set(vacuumed)


def test_recent_purges_are_found(store: Database) -> None:
    receive(store)
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    assert not particulars_removed_since(store, NOON)
    assert run_purge(store, LATER) == 1
    assert particulars_removed_since(store, LATER - timedelta(days=1))
    assert not particulars_removed_since(store, LATER)
