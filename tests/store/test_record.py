"""The record: no statement on its rows changes or removes them, on either database."""

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.letters.editing.sample_moves import make_move
from tests.samples import HERALD, NOON, letter
from webapp.accounts.api_keys import create_api_key
from webapp.letters.editing.workflow import Move
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Channel

RECORDS = ("account_events", "api_keys", "edited_copies", "events", "letters")
A_COPY = """
    INSERT INTO edited_copies (letter_id, number, headline, body, word_count, editor_id, at)
    SELECT letters.id, 1, 'Trams', 'Faster trams', 2, newest.id, '2026-03-14 12:00:00'
    FROM letters, (SELECT max(id) AS id FROM editors) AS newest
"""
AN_ACCOUNT_EVENT = """
    INSERT INTO account_events (kind, at, editor_id, note)
    SELECT 'joined', '2026-03-14 12:00:00', max(id), '' FROM editors
"""


@pytest.fixture
def record(store: Database, intake: Intake, editor_id: int) -> Database:
    """A store with rows in each table of the record; two letters, to the same paper."""
    references = [
        intake.receive(
            letter(headline=f"Letter {number}"),
            HERALD,
            Arrival(channel=Channel.FORM, at=NOON, submission_key=f"key {number}"),
        ).reference
        for number in range(2)
    ]
    make_move(store, references[0], Move(to_state=State.SHORTLISTED, version=1), editor_id)
    with store.transaction() as session:
        session.execute(text(A_COPY))
        session.execute(text(AN_ACCOUNT_EVENT))
        create_api_key(session, name="The web site", paper="", now=NOON)
    return store


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.snapshot() as session:
        return {
            table: [tuple(row) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
            for table in (*RECORDS, "messages")
        }


def as_another_program(database: Database, statement: str) -> None:
    """Execute a statement as a program would that sets up its connections in its own way."""
    if not database.is_sqlite:
        with database.transaction() as session:
            session.execute(text(statement))
        return
    connection = sqlite3.connect(database.sqlite_path, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(statement)
    finally:
        connection.close()


def assert_refused(database: Database, statement: str) -> None:
    before = rows(database)
    assert all(before[table] for table in RECORDS)
    with pytest.raises((IntegrityError, sqlite3.IntegrityError), match="record stays"):
        as_another_program(database, statement)
    assert rows(database) == before


@pytest.mark.parametrize("store", ["sqlite_store"], indirect=True)
@pytest.mark.parametrize("table", RECORDS)
def test_no_row_is_replaced(record: Database, table: str) -> None:
    for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
        assert_refused(record, f"{verb} INTO {table} SELECT * FROM {table} LIMIT 1")


@pytest.mark.parametrize("store", ["sqlite_store"], indirect=True)
@pytest.mark.parametrize("column", ["token", "submission_key", "fingerprint", "id"])
def test_no_letter_is_replaced_by_a_change_of_another_one(record: Database, column: str) -> None:
    other = f"(SELECT {column} FROM letters ORDER BY id LIMIT 1)"
    last = "id = (SELECT max(id) FROM letters)"
    assert_refused(record, f"UPDATE OR REPLACE letters SET {column} = {other} WHERE {last}")


@pytest.mark.parametrize("store", ["sqlite_store"], indirect=True)
def test_a_letter_can_lose_its_keys_and_get_new_ones(record: Database) -> None:
    for change in ("submission_key = NULL, fingerprint = NULL", "submission_key = 'key ' || id"):
        as_another_program(record, f"UPDATE letters SET {change}")


@pytest.mark.parametrize("table", RECORDS)
def test_rows_are_neither_deleted_nor_changed(record: Database, table: str) -> None:
    assert_refused(record, f"DELETE FROM {table}")
    column = {"letters": "body", "events": "note", "account_events": "note", "edited_copies": "body"}
    assert_refused(record, f"UPDATE {table} SET {column.get(table, 'name')} = 'other'")


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
@pytest.mark.parametrize("table", [*RECORDS, "editors"])
def test_no_table_of_the_record_is_truncated(record: Database, table: str) -> None:
    assert_refused(record, f"TRUNCATE {table} CASCADE")
