"""A backup is the store as it was at one moment, and gives it back row for row."""

import gzip
import secrets
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.letters.upkeep.backups import MakeStore, bring_in_the_second, fill, receive, rows_of
from tests.letters.upkeep.test_sealing import OPEN
from tests.samples import (
    NOON,
    PARTICULARS,
)
from webapp.letters.privacy.retention import take_away
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.letters.similar.comparing import compare_waiting, waiting
from webapp.letters.upkeep.backup import back_up
from webapp.letters.upkeep.restore import restore
from webapp.store.database import Database
from webapp.store.models import Letter, Particulars
from webapp.store.schema import is_schema_current

WRITERS = 4


def test_what_is_restored_is_row_for_row_what_was_backed_up(
    store: Database, another: MakeStore, tmp_path: Path
) -> None:
    fill(store)
    compare_waiting(store)
    counted = back_up(store, tmp_path / "backup", now=NOON)
    assert (counted["letters"], counted["messages"], counted["advisories"]) == (2, 2, 1)
    assert (counted["api_keys"], counted["imports"]) == (1, 1)
    restored = another()
    assert restore(restored, tmp_path / "backup") == {table: n for table, n in counted.items() if n}
    assert is_schema_current(restored)
    back_up(restored, tmp_path / "again", now=NOON)
    assert rows_of(tmp_path / "again") == rows_of(tmp_path / "backup")
    with restored.snapshot() as session:
        addresses = [each.address for each in session.scalars(select(Particulars).order_by("letter_id"))]
        assert addresses == [PARTICULARS["address"], "PO Box 5, Central"]
        assert session.scalars(select(Letter.headline).order_by(Letter.id)).first() == "Trams – 電車"
        assert len(queue_page(session, QueueFilter(words="電車")).rows) == 1
        assert waiting(session, most=9) == 2, "the letters are compared anew"
    assert compare_waiting(restored) == 2
    receive(restored, headline="Buses")
    with restored.transaction() as session, pytest.raises(Exception, match="the record stays as it is"):
        session.execute(text("DELETE FROM events"))


def test_what_was_imported_is_known_where_it_is_restored(
    store: Database, another: MakeStore, tmp_path: Path
) -> None:
    fill(store)
    with store.transaction() as session:
        states = {row.id: row.state for row in session.execute(select(Letter.id, Letter.state))}
        take_away(session, states, NOON)
    back_up(store, tmp_path / "backup", now=NOON)
    restored = another()
    restore(restored, tmp_path / "backup")
    assert bring_in_the_second(restored).repeated


def test_letters_come_in_at_full_speed_beside_a_backup(
    store: Database, another: MakeStore, tmp_path: Path
) -> None:
    stop, failed = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            while not stop.is_set():
                receive(store, headline=secrets.token_hex(8))
        except BaseException as error:  # noqa: BLE001 -- told to the test
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
    restored = another()
    restore(restored, backups[-1])
    back_up(restored, tmp_path / "again", now=NOON)
    assert rows_of(tmp_path / "again") == rows_of(backups[-1])


def test_a_backup_is_its_owners_alone_and_writes_over_nothing(store: Database, tmp_path: Path) -> None:
    fill(store)
    path = tmp_path / "backup"
    back_up(store, path, now=NOON)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    content = path.read_bytes()
    with pytest.raises(FileExistsError):
        back_up(store, path, now=NOON)
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["backup"]


def test_a_backup_shows_nobodys_address(store: Database, tmp_path: Path) -> None:
    fill(store)
    back_up(store, tmp_path / "backup", now=NOON)
    lines = gzip.decompress((tmp_path / "backup").read_bytes()).splitlines()
    assert any(b"Trams" in line for line in lines)
    withheld = [line for line in lines if b'"My employer"' in line or line.startswith(b'["row",[1,"",')]
    assert withheld
    for secret in OPEN:
        assert not any(secret.encode() in line for line in lines)
    assert not any(PARTICULARS["name"].encode() in line for line in withheld)
