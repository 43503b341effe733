"""Helpers for tests of backups: filled databases, empty ones to restore into, and reading a backup's rows."""

import secrets
from collections.abc import Callable
from pathlib import Path

from tests.letters.upkeep.test_sealing import Receipts
from tests.samples import HERALD, NOON, PASSWORD, SEAL, SECRET_KEY, acting, letter
from webapp.accounts.administration import add_editor
from webapp.accounts.api_keys import create_api_key
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.intake.imports import ImportOrigin
from webapp.letters.intake.intake import Arrival, Intake, Receipt
from webapp.letters.upkeep.backup_file import Header, TableHead, read_backup
from webapp.rules.enums import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Channel, Role

Rows = dict[str, list[list[object]]]
MakeStore = Callable[[], Database]


def make_sqlite(folder: Path) -> Database:
    """Return an SQLite database in a new file, without tables."""
    return Database(f"sqlite:///{folder / f'{secrets.token_hex(4)}.db'}", SEAL)


def receive(store: Database, **changes: str | bool) -> Receipt:
    """Receive a letter at `NOON` with a receipt message."""
    return Intake(store, SECRET_KEY, Receipts()).receive(
        letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON)
    )


def fill(store: Database) -> None:
    """Insert rows into most tables."""
    editor = add_editor(
        store, email="dana@example.com", name="Dana", role=Role.CHIEF, password=PASSWORD, now=NOON
    )
    first = receive(store, withhold_name=True, withhold_reason="My employer", headline="Trams – 電車")
    receive(store, headline="PO box", address="PO Box 5, Central")
    assert import_second_letter(store).repeated
    decline = Move(to_state=State.DECLINED, version=1, reason=DeclineReason.SPACE)
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, first.reference, with_particulars=True),
            decline,
            HERALD,
            by=acting(editor),
            now=NOON,
        )
        create_api_key(session, name="The web site", paper="", now=NOON)


def import_second_letter(store: Database) -> Receipt:
    """Import an e-mail that is the same as the second letter."""
    known = ImportOrigin(stable_key="<1@example.com>", imported_at=NOON)
    arrival = Arrival(channel=Channel.MAIL, at=NOON, import_origin=known)
    return Intake(store, SECRET_KEY).receive(
        letter(headline="PO box", address="PO Box 5, Central"), HERALD, arrival
    )


def rows_of(path: Path) -> Rows:
    """Return the rows in a backup file by table name."""
    rows: Rows = {}
    name = ""
    for part in read_backup(path):
        if isinstance(part, TableHead):
            name = part.name
            rows[name] = []
        elif not isinstance(part, Header):
            rows[name].append(part)
    return rows
