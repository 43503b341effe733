"""Full-text index of letters, and indexes for the queue's filters.

Revision ID: 0005
Revises: 0004
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from webapp.letters.search.index import sort_key
from webapp.letters.search.search_words import fts_document, normalised_words, tsvector_document

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT_ONCE = 500
"""Letters read and indexed in one batch."""
WORD_STATISTICS = 1000
"""PostgreSQL's statistics target for the words; with the default of 100 it overestimates how often rare words
occur."""
INDICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("letters", ("channel",)),
    ("letters", ("category",)),
    ("letters", ("article_key",)),
    ("letters", ("claimed_by_id", "received_at")),
    ("letters", ("assigned_to_id", "received_at")),
    ("advisories", ("code", "letter_id")),
)
NOTES = ("noted", "moved", "called")
OF_SOMEBODY = ("claimed_by_id", "assigned_to_id")
LEAVE_SEARCH = """
    CREATE TRIGGER letters_leave_search AFTER DELETE ON letters BEGIN
        DELETE FROM letter_search
        WHERE rowid = ((strftime('%s', substr(OLD.received_at, 1, 19)) - strftime('%s', '2000-01-01')) << 32)
            + OLD.id;
    END
"""
"""An FTS5 table can't have foreign keys, so a trigger deletes the row. Its rowid is computed as in
`sort_key`."""

letters = sa.table(
    "letters",
    *(
        sa.column(name, kind)
        for name, kind in (
            ("id", sa.BigInteger),
            ("received_at", sa.DateTime(timezone=True)),
            ("reference", sa.String),
            ("headline", sa.Text),
            ("body", sa.Text),
            ("article_headline", sa.Text),
            ("withhold_name", sa.Boolean),
        )
    ),
)
particulars = sa.table("particulars", sa.column("letter_id"), sa.column("printed_name"))
events = sa.table("events", *map(sa.column, ("id", "letter_id", "kind", "note")))
copies = sa.table("edited_copies", *map(sa.column, ("letter_id", "number", "headline", "body")))


def upgrade() -> None:
    for table, columns in INDICES:
        where = sa.text(f"{columns[0]} IS NOT NULL") if columns[0] in OF_SOMEBODY else None
        op.create_index(
            _name(table, columns), table, list(columns), sqlite_where=where, postgresql_where=where
        )
    if op.get_bind().dialect.name == "sqlite":
        # The words are already folded and separated by spaces: FTS5's "ascii" tokenizer takes every character
        # beyond ASCII for part of a word.
        op.execute("CREATE VIRTUAL TABLE letter_search USING fts5(words, tokenize = 'ascii')")
        op.execute(LEAVE_SEARCH)
        _fill()
        return
    op.execute(
        "CREATE TABLE letter_search ("
        " letter_id BIGINT CONSTRAINT pk_letter_search PRIMARY KEY"
        " CONSTRAINT fk_letter_search_letter_id_letters REFERENCES letters (id) ON DELETE CASCADE,"
        " place BIGINT NOT NULL CONSTRAINT uq_letter_search_place UNIQUE,"
        " words TSVECTOR NOT NULL)"
    )
    op.execute(f"ALTER TABLE letter_search ALTER COLUMN words SET STATISTICS {WORD_STATISTICS}")
    _fill()
    op.execute("CREATE INDEX ix_letter_search_words ON letter_search USING gin (words)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER letters_leave_search")
    op.execute("DROP TABLE letter_search")
    for table, columns in INDICES:
        op.drop_index(_name(table, columns), table)


def _name(table: str, columns: Iterable[str]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def _fill() -> None:
    """Index the existing letters in the same way as new ones."""
    connection, last = op.get_bind(), 0
    while batch := connection.execute(
        sa.select(letters).where(letters.c.id > last).order_by(letters.c.id).limit(AT_ONCE)
    ).all():
        ids = [letter.id for letter in batch]
        last = ids[-1]
        beside = _beside(ids)
        rows = []
        for letter in batch:
            fields = [letter.reference, letter.headline, letter.body, letter.article_headline]
            rows.append(_row(letter.id, letter.received_at, [*fields, *beside[letter.id]]))
        connection.execute(_insert(), rows)


def _beside(ids: list[int]) -> dict[int, list[str]]:
    """Return the printed names, notes and newest edited copies of these letters, by letter id."""
    connection = op.get_bind()
    beside: dict[int, list[str]] = defaultdict(list)
    names = (
        sa.select(particulars)
        .join(letters, letters.c.id == particulars.c.letter_id)
        .where(particulars.c.letter_id.in_(ids), sa.not_(letters.c.withhold_name))
    )
    for row in connection.execute(names):
        beside[row.letter_id].append(row.printed_name)
    notes = sa.select(events).where(
        events.c.letter_id.in_(ids), events.c.kind.in_(NOTES), events.c.note != ""
    )
    for row in connection.execute(notes.order_by(events.c.id)):
        beside[row.letter_id].append(row.note)
    newest: dict[int, tuple[str, str]] = {}
    for row in connection.execute(sa.select(copies).where(copies.c.letter_id.in_(ids)).order_by("number")):
        newest[row.letter_id] = (row.headline, row.body)
    for letter_id, copy in newest.items():
        beside[letter_id] += copy
    return beside


def _row(letter_id: int, received_at: datetime, fields: list[str]) -> dict[str, object]:
    moment = received_at if received_at.tzinfo else received_at.replace(tzinfo=UTC)
    place = sort_key(moment, letter_id)
    words = [normalised_words(field) for field in fields]
    if op.get_bind().dialect.name == "sqlite":
        return {"place": place, "words": fts_document(words)}
    return {"letter_id": letter_id, "place": place, "words": tsvector_document(words)}


def _insert() -> sa.TextClause:
    if op.get_bind().dialect.name == "sqlite":
        return sa.text("INSERT INTO letter_search (rowid, words) VALUES (:place, :words)")
    return sa.text(
        "INSERT INTO letter_search (letter_id, place, words)"
        " VALUES (:letter_id, :place, CAST(:words AS tsvector))"
    )
