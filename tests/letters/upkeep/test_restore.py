"""Restore: complete backups only, with a key that fits, into an empty database; earlier versions."""

import gzip
import secrets
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.letters.upkeep.backups import MakeStore, fill, make_sqlite, receive, rows_of
from tests.samples import (
    NOON,
    PARTICULARS_KEY,
    SEAL,
)
from tests.store.schema_state import is_schema_current
from webapp.letters.upkeep.backup import KEY_PROOF_PURPOSE, back_up
from webapp.letters.upkeep.backup_file import (
    BackupDamagedError,
    BackupWriter,
    ColumnKind,
    Header,
    TableHead,
    read_backup,
)
from webapp.letters.upkeep.restore import (
    SealKeyMismatchError,
    StoreNotEmptyError,
    UnknownRevisionError,
    restore,
)
from webapp.store.database import Database
from webapp.store.models import Letter, Message
from webapp.store.schema import migrate
from webapp.store.seal import KEY_BYTES, Seal
from webapp.store.seal_keys import register_newest_key, seal_keys_fit

TABLES_SINCE = {"api_keys", "imports", "import_keys", "seal_keys"}
"""Tables that the earlier version doesn't have."""


@pytest.fixture
def backup(sqlite: Database, tmp_path: Path) -> Path:
    """The path of a backup of a small database."""
    fill(sqlite)
    back_up(sqlite, tmp_path / "backup", now=NOON)
    return tmp_path / "backup"


def compress_lines(lines: list[bytes]) -> bytes:
    return gzip.compress(b"".join(lines))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content[:200] + bytes([content[200] ^ 1]) + content[201:],
        lambda content: content + content,
        lambda _: b"",
        lambda _: b"a letter",
        lambda _: gzip.compress(b"a letter\n"),
        lambda content: compress_lines(gzip.decompress(content).splitlines(keepends=True)[:-1]),
        lambda content: compress_lines(gzip.decompress(content).splitlines(keepends=True)[:3]),
        lambda content: compress_lines(
            [line for line in gzip.decompress(content).splitlines(keepends=True) if b"Trams" not in line]
        ),
        lambda content: gzip.compress(gzip.decompress(content).replace(b"Trams", b"Buses")),
    ],
)
def test_a_damaged_backup_is_refused_and_changes_nothing(
    backup: Path, damage: Callable[[bytes], bytes]
) -> None:
    backup.write_bytes(damage(backup.read_bytes()))
    empty = make_sqlite(backup.parent)
    with pytest.raises(BackupDamagedError):
        restore(empty, backup)
    assert not Path(empty.url.database or "").exists()
    empty.dispose()


def test_a_backup_is_restored_only_into_an_empty_database(backup: Path, make_database: MakeStore) -> None:
    migrated, filled = make_database(), make_database()
    migrate(migrated)
    assert restore(migrated, backup)["letters"] == 2
    migrate(filled)
    receive(filled)
    with pytest.raises(StoreNotEmptyError):
        restore(filled, backup)
    with filled.snapshot() as session:
        assert len(session.scalars(select(Letter.id)).all()) == 1


def test_a_backup_is_restored_only_with_its_key(backup: Path, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}", Seal([secrets.token_bytes(KEY_BYTES)]))
    with pytest.raises(SealKeyMismatchError):
        restore(other, backup)
    other.dispose()


def test_a_backup_taken_during_a_reseal_is_restored_only_with_both_keys(
    store: Database, make_database: MakeStore, tmp_path: Path
) -> None:
    new = secrets.token_bytes(KEY_BYTES)
    receive(store, headline="Before")
    both = Database(store.url, Seal([new, b64decode(PARTICULARS_KEY)]))
    register_newest_key(both)
    receive(both, headline="After")
    back_up(both, tmp_path / "backup", now=NOON)
    empty = make_database()
    renewed, restored = Database(empty.url, Seal([new])), Database(empty.url, both.seal)
    with pytest.raises(SealKeyMismatchError):
        restore(renewed, tmp_path / "backup")
    assert restore(restored, tmp_path / "backup")["letters"] == 2
    assert seal_keys_fit(restored)
    for database in (both, renewed, restored):
        database.dispose()


def test_a_backup_of_an_earlier_version_is_migrated(backup: Path, make_database: MakeStore) -> None:
    older = backup.with_name("older")
    with older.open("wb") as stream:
        writer = BackupWriter(stream, Header("0005", NOON, SEAL.close(b"", KEY_PROOF_PURPOSE)))
        for name, columns, rows in tables_of(backup):
            if name in TABLES_SINCE:
                continue
            writer.table(*as_in_earlier_version(TableHead(name, columns), rows))
        writer.close()
    for has_tables in (False, True):
        restored = make_database()
        if has_tables:
            migrate(restored)
        assert restore(restored, older)["letters"] == 2
        assert is_schema_current(restored)
        with restored.snapshot() as session:
            assert session.scalars(select(Message.server_words)).all() == ["250 OK"] * 2
        assert receive(restored, headline="Buses").reference


def as_in_earlier_version(head: TableHead, rows: list[list[object]]) -> tuple[TableHead, list[list[object]]]:
    """Return a table as the earlier version has it: no lengths, no lease owners, server words not sealed."""
    names = [name for name, _ in head.columns]
    if "length" in names:
        kept = [place for place, name in enumerate(names) if name not in {"length", "length_unit"}]
        rows = [[row[place] for place in kept] for row in rows]
        return TableHead(head.name, tuple(head.columns[place] for place in kept)), rows
    if "server_words" not in names:
        return head, rows
    owner = names.index("lease_owner")
    head = TableHead(head.name, head.columns[:owner] + head.columns[owner + 1 :])
    rows = [row[:owner] + row[owner + 1 :] for row in rows]
    names.remove("lease_owner")
    place = names.index("server_words")
    columns = tuple(
        (name, ColumnKind.PLAIN if name == "server_words" else kind) for name, kind in head.columns
    )
    return TableHead(head.name, columns), [[*row[:place], "250 OK", *row[place + 1 :]] for row in rows]


def tables_of(path: Path) -> list[tuple[str, tuple[tuple[str, ColumnKind], ...], list[list[object]]]]:
    rows = rows_of(path)
    return [
        (part.name, part.columns, rows[part.name])
        for part in read_backup(path)
        if isinstance(part, TableHead)
    ]


def test_a_backup_of_a_newer_version_is_refused(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite)
    monkeypatch.setattr("webapp.letters.upkeep.backup.newest_schema_revision", lambda: "9999")
    with sqlite.transaction() as session:
        (now,) = session.execute(text("SELECT version_num FROM alembic_version")).one()
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        back_up(sqlite, tmp_path / "backup", now=NOON)
    finally:
        with sqlite.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": now})
    empty = make_sqlite(tmp_path)
    with pytest.raises(UnknownRevisionError):
        restore(empty, tmp_path / "backup")
    empty.dispose()
