"""A backup is the store as it was at one moment, and only a whole one is restored, into an empty store."""

import gzip
import secrets
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.letters.test_sealing import OPEN, Receipts
from tests.samples import (
    HERALD,
    NOON,
    PARTICULARS,
    PARTICULARS_KEY,
    PASSWORD,
    SEAL,
    SECRET_KEY,
    acting,
    letter,
)
from tests.services.postgres import PostgresServer
from webapp.letters.backup import PURPOSE, back_up
from webapp.letters.backup_file import BackupDamagedError, BackupWriter, Header, Kind, TableHead, read_backup
from webapp.letters.comparing import compare_waiting, waiting
from webapp.letters.database import Database
from webapp.letters.imports import BroughtIn
from webapp.letters.intake import Arrival, Intake, Receipt
from webapp.letters.migrate import migrate
from webapp.letters.models import Letter, Message, Particulars
from webapp.letters.queue import QueueFilter, queue_page
from webapp.letters.restoring import OtherKeyError, StoreNotEmptyError, UnknownRevisionError, restore
from webapp.letters.retention import take_away
from webapp.letters.revisions import is_current
from webapp.letters.seal import KEY_BYTES, Seal
from webapp.letters.states import Channel, DeclineReason, Role, State
from webapp.letters.workflow import Move, move_letter
from webapp.people.accounts import add_editor
from webapp.people.api_keys import make_key

Rows = dict[str, list[list[object]]]
MakeStore = Callable[[], Database]
WRITERS = 4
TABLES_SINCE = {"api_keys", "imports", "import_keys"}
"""That earlier version did not have them."""


def make_sqlite(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / f'{secrets.token_hex(4)}.db'}", SEAL)


@pytest.fixture(params=["sqlite", "postgresql"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Makes stores without any tables, on each of the databases in turn."""
    made: list[Database] = []

    def make() -> Database:
        if request.param == "sqlite":
            made.append(make_sqlite(tmp_path))
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            made.append(Database(server.create_database(), SEAL))
        return made[-1]

    yield make
    for database in made:
        database.dispose()


def receive(store: Database, **changes: str | bool) -> Receipt:
    return Intake(store, SECRET_KEY, Receipts()).receive(
        letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON)
    )


def fill(store: Database) -> None:
    """Let something stand in most tables."""
    editor = add_editor(
        store, email="dana@example.com", name="Dana", role=Role.CHIEF, password=PASSWORD, now=NOON
    )
    first = receive(store, withhold_name=True, withhold_reason="My employer", headline="Trams – 電車")
    receive(store, headline="PO box", address="PO Box 5, Central")
    assert bring_in_the_second(store).repeated
    decline = Move(to_state=State.DECLINED, version=1, reason=DeclineReason.SPACE)
    with store.writing() as session:
        move_letter(session, first.reference, decline, HERALD, by=acting(editor), now=NOON)
        make_key(session, name="The web site", paper="", now=NOON)


def bring_in_the_second(store: Database) -> Receipt:
    """Find the second letter in a mailbox, too."""
    known = BroughtIn(known_as="<1@example.com>", at=NOON)
    arrival = Arrival(channel=Channel.MAIL, at=NOON, brought_in=known)
    return Intake(store, SECRET_KEY).receive(
        letter(headline="PO box", address="PO Box 5, Central"), HERALD, arrival
    )


def rows_of(path: Path) -> Rows:
    rows: Rows = {}
    name = ""
    for part in read_backup(path):
        if isinstance(part, TableHead):
            name = part.name
            rows[name] = []
        elif not isinstance(part, Header):
            rows[name].append(part)
    return rows


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
    assert is_current(restored)
    back_up(restored, tmp_path / "again", now=NOON)
    assert rows_of(tmp_path / "again") == rows_of(tmp_path / "backup")
    with restored.reading() as session:
        addresses = [each.address for each in session.scalars(select(Particulars).order_by("letter_id"))]
        assert addresses == [PARTICULARS["address"], "PO Box 5, Central"]
        assert session.scalars(select(Letter.headline).order_by(Letter.id)).first() == "Trams – 電車"
        assert len(queue_page(session, QueueFilter(words="電車")).rows) == 1
        assert waiting(session, most=9) == 2, "the letters are compared anew"
    assert compare_waiting(restored) == 2
    receive(restored, headline="Buses")
    with restored.writing() as session, pytest.raises(Exception, match="the record stays as it is"):
        session.execute(text("DELETE FROM events"))


def test_what_was_imported_is_known_where_it_is_restored(
    store: Database, another: MakeStore, tmp_path: Path
) -> None:
    fill(store)
    with store.writing() as session:
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


@pytest.fixture
def backup(sqlite: Database, tmp_path: Path) -> Path:
    """A backup of a small store."""
    fill(sqlite)
    back_up(sqlite, tmp_path / "backup", now=NOON)
    return tmp_path / "backup"


def cut(lines: list[bytes]) -> bytes:
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
        lambda content: cut(gzip.decompress(content).splitlines(keepends=True)[:-1]),
        lambda content: cut(gzip.decompress(content).splitlines(keepends=True)[:3]),
        lambda content: cut(
            [line for line in gzip.decompress(content).splitlines(keepends=True) if b"Trams" not in line]
        ),
        lambda content: gzip.compress(gzip.decompress(content).replace(b"Trams", b"Buses")),
    ],
)
def test_what_is_not_whole_is_refused_and_changes_nothing(
    backup: Path, damage: Callable[[bytes], bytes]
) -> None:
    backup.write_bytes(damage(backup.read_bytes()))
    empty = make_sqlite(backup.parent)
    with pytest.raises(BackupDamagedError):
        restore(empty, backup)
    assert not Path(empty.url.database or "").exists()
    empty.dispose()


def test_a_backup_is_restored_only_where_nothing_is(backup: Path, another: MakeStore) -> None:
    migrated, filled = another(), another()
    migrate(migrated)
    assert restore(migrated, backup)["letters"] == 2
    migrate(filled)
    receive(filled)
    with pytest.raises(StoreNotEmptyError):
        restore(filled, backup)
    with filled.reading() as session:
        assert len(session.scalars(select(Letter.id)).all()) == 1


def test_a_backup_is_restored_only_with_a_key_that_opens_it(backup: Path, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}", Seal([secrets.token_bytes(KEY_BYTES)]))
    with pytest.raises(OtherKeyError):
        restore(other, backup)
    other.dispose()


def test_a_backup_from_a_change_of_keys_is_restored_only_with_both(
    store: Database, another: MakeStore, tmp_path: Path
) -> None:
    new = secrets.token_bytes(KEY_BYTES)
    receive(store, headline="Before")
    both = Database(store.url, Seal([new, b64decode(PARTICULARS_KEY)]))
    receive(both, headline="After")
    back_up(both, tmp_path / "backup", now=NOON)
    empty = another()
    renewed, restored = Database(empty.url, Seal([new])), Database(empty.url, both.seal)
    with pytest.raises(OtherKeyError):
        restore(renewed, tmp_path / "backup")
    assert restore(restored, tmp_path / "backup")["letters"] == 2
    for database in (both, renewed, restored):
        database.dispose()


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(backup: Path, another: MakeStore) -> None:
    older = backup.with_name("older")
    with older.open("wb") as stream:
        writer = BackupWriter(stream, Header("0005", NOON, SEAL.close(b"", PURPOSE)))
        for name, columns, rows in tables_of(backup):
            if name in TABLES_SINCE:
                continue
            writer.table(*as_it_was(TableHead(name, columns), rows))
        writer.close()
    for has_tables in (False, True):
        restored = another()
        if has_tables:
            migrate(restored)
        assert restore(restored, older)["letters"] == 2
        assert is_current(restored)
        with restored.reading() as session:
            assert session.scalars(select(Message.server_words)).all() == ["250 OK"] * 2
        assert receive(restored, headline="Buses").reference


def as_it_was(head: TableHead, rows: list[list[object]]) -> tuple[TableHead, list[list[object]]]:
    """Return a table as it was in that version: what mail servers answered stood open."""
    names = [name for name, _ in head.columns]
    if "server_words" not in names:
        return head, rows
    place = names.index("server_words")
    columns = tuple((name, Kind.PLAIN if name == "server_words" else kind) for name, kind in head.columns)
    return TableHead(head.name, columns), [[*row[:place], "250 OK", *row[place + 1 :]] for row in rows]


def tables_of(path: Path) -> list[tuple[str, tuple[tuple[str, Kind], ...], list[list[object]]]]:
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
    monkeypatch.setattr("webapp.letters.backup.newest_revision", lambda: "9999")
    with sqlite.writing() as session:
        (now,) = session.execute(text("SELECT version_num FROM alembic_version")).one()
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        back_up(sqlite, tmp_path / "backup", now=NOON)
    finally:
        with sqlite.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": now})
    empty = make_sqlite(tmp_path)
    with pytest.raises(UnknownRevisionError):
        restore(empty, tmp_path / "backup")
    empty.dispose()
