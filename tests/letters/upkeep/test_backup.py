"""Backup: a consistent snapshot that is restored row for row, taken while letters are received."""

import fcntl
import gzip
import secrets
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.letters.upkeep.backups import MakeStore, fill, import_second_letter, receive, rows_of
from tests.letters.upkeep.test_sealing import OPEN
from tests.samples import (
    NOON,
    PARTICULARS,
)
from tests.store.schema_state import is_schema_current
from webapp.letters.privacy.retention import remove_personal_data
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.letters.similar.fingerprint_index import PASSAGE_FINGERPRINTS, index_waiting_letters
from webapp.letters.upkeep.backup import back_up
from webapp.letters.upkeep.restore import restore
from webapp.store.database import Database
from webapp.store.derivations import count_queued_letters
from webapp.store.models import Letter, Particulars

WRITERS = 4


def test_restored_rows_equal_the_backed_up_rows(
    store: Database, make_database: MakeStore, tmp_path: Path
) -> None:
    fill(store)
    index_waiting_letters(store)
    counted = back_up(store, tmp_path / "backup", now=NOON)
    assert (counted["letters"], counted["messages"], counted["advisories"]) == (2, 2, 1)
    assert (counted["api_keys"], counted["imports"]) == (1, 1)
    restored = make_database()
    assert restore(restored, tmp_path / "backup") == {table: n for table, n in counted.items() if n}
    assert is_schema_current(restored)
    back_up(restored, tmp_path / "again", now=NOON)
    assert rows_of(tmp_path / "again") == rows_of(tmp_path / "backup")
    with restored.snapshot() as session:
        addresses = [each.address for each in session.scalars(select(Particulars).order_by("letter_id"))]
        assert addresses == [PARTICULARS["address"], "PO Box 5, Central"]
        assert session.scalars(select(Letter.headline).order_by(Letter.id)).first() == "Trams – 電車"
        assert len(queue_page(session, QueueFilter(words="電車")).rows) == 1
        assert count_queued_letters(session, PASSAGE_FINGERPRINTS, most=9) == 2, (
            "the letters are compared anew"
        )
    assert index_waiting_letters(restored) == 2
    receive(restored, headline="Buses")
    with restored.transaction() as session, pytest.raises(Exception, match="the record stays as it is"):
        session.execute(text("DELETE FROM events"))


def test_imports_are_recognised_after_a_restore(
    store: Database, make_database: MakeStore, tmp_path: Path
) -> None:
    fill(store)
    with store.transaction() as session:
        states = {row.id: row.state for row in session.execute(select(Letter.id, Letter.state))}
        remove_personal_data(session, states, NOON)
    back_up(store, tmp_path / "backup", now=NOON)
    restored = make_database()
    restore(restored, tmp_path / "backup")
    assert import_second_letter(restored).repeated


def test_what_a_killed_backup_has_left_is_removed_by_the_next_one(sqlite: Database, tmp_path: Path) -> None:
    left, running = (tmp_path / f".{name}.lettersdesk-unfinished" for name in ("monday.7", "tuesday.8"))
    left.touch()
    with running.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        back_up(sqlite, tmp_path / "wednesday", now=NOON)
    assert {path.name for path in tmp_path.iterdir()} == {running.name, "wednesday"}


def test_a_backup_taken_while_letters_are_received_is_consistent(
    store: Database, make_database: MakeStore, tmp_path: Path
) -> None:
    stop, failed = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            while not stop.is_set():
                receive(store, headline=secrets.token_hex(8))
        except BaseException as error:  # noqa: BLE001 -- reported to the test
            failed.append(error)

    for number in range(40):
        receive(store, headline=f"Before {number}")
    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        backups = [tmp_path / f"backup {number}" for number in range(3)]
        counted = [back_up(store, path, now=NOON) for path in backups]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed
    back_up(store, tmp_path / "at the end", now=NOON)
    kept = {name: set(map(repr, rows)) for name, rows in rows_of(tmp_path / "at the end").items()}
    assert (
        40 <= counted[0]["letters"] <= counted[1]["letters"] <= counted[2]["letters"] < len(kept["letters"])
    )
    for path, numbers in zip(backups, counted, strict=True):
        assert len({numbers[table] for table in ("letters", "particulars", "events", "messages")}) == 1, (
            "whole"
        )
        for name, rows in rows_of(path).items():
            assert set(map(repr, rows)) <= kept[name]
    restored = make_database()
    restore(restored, backups[-1])
    back_up(restored, tmp_path / "again", now=NOON)
    assert rows_of(tmp_path / "again") == rows_of(backups[-1])


def test_a_backup_has_mode_0600_and_overwrites_nothing(store: Database, tmp_path: Path) -> None:
    fill(store)
    path = tmp_path / "backup"
    back_up(store, path, now=NOON)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    content = path.read_bytes()
    with pytest.raises(FileExistsError):
        back_up(store, path, now=NOON)
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["backup"]


def test_a_backup_contains_no_readable_particulars(store: Database, tmp_path: Path) -> None:
    fill(store)
    back_up(store, tmp_path / "backup", now=NOON)
    lines = gzip.decompress((tmp_path / "backup").read_bytes()).splitlines()
    assert any(b"Trams" in line for line in lines)
    withheld = [line for line in lines if b'"My employer"' in line or line.startswith(b'["row",[1,"",')]
    assert withheld
    for secret in OPEN:
        assert not any(secret.encode() in line for line in lines)
    assert not any(PARTICULARS["name"].encode() in line for line in withheld)
