"""The full-text index of letters: writing a letter's row, sort keys, and SQL conditions that search it.

The index is a table: FTS5 in SQLite, a ``tsvector`` column under a GIN index in PostgreSQL. Whatever changes
a letter's words calls `index_letter` in the same transaction. Only the row of a deleted letter is deleted by
the database itself, with a trigger in SQLite and a foreign key in PostgreSQL. What code of an earlier version
has indexed is indexed again by the worker (`webapp.letters.search.reindexing`).

In both databases a row is found by the letter's sort key (FTS5's rowid, PostgreSQL's column ``place``), which
grows with the time of receipt: hits come out newest first without sorting, however many there are.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    cast,
    column,
    delete,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from webapp.letters.search.search_words import (
    Term,
    fts_document,
    fts_query,
    indexed_fields,
    tsquery_text,
    tsvector_document,
)
from webapp.store.derivations import Derivation, remove_from_queue
from webapp.store.models import EditedCopy, Event, EventKind, Letter, LetterToIndex, Particulars

FULL_TEXT_INDEX = Derivation("full-text index", 2, LetterToIndex)
"""Version 1 did not part words at apostrophes. Raise the version with every change of what is indexed. The
triggers that queue letters (in the migrations) name what is indexed as well."""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The moment whose sort key is 0."""
ID_BITS = 32
"""The low bits of a sort key that hold the letter's id; above them are the seconds since `EPOCH`."""
SEARCH_INDEX = table("letter_search")
EDITORS_NOTES = (EventKind.NOTED, EventKind.MOVED, EventKind.CALLED)
"""Kinds of events whose ``note`` an editor wrote; other kinds use that column for other things."""
INSERT_INTO_FTS = text("INSERT INTO letter_search (rowid, words) VALUES (:place, :words)")
INSERT_INTO_TABLE = text(
    "INSERT INTO letter_search (letter_id, place, words)"
    " VALUES (:letter_id, :place, CAST(:words AS tsvector))"
)


def sort_key(moment: datetime, letter_id: int = 0) -> int:
    """Return a letter's sort key: the second in which it was received, then its id.

    Without an id, the key is lower than that of any letter received in that second.
    """
    return ((moment - EPOCH) // timedelta(seconds=1) << ID_BITS) + letter_id


def index_new_letter(session: Session, letter: Letter) -> None:
    """Add a new letter to the index: its reference, headlines, text and, unless it is withheld, the name.

    It must have been inserted already, so that it has an id, must not be in the index yet, and must have its
    particulars at hand.
    """
    name = letter.particulars.printed_name if letter.particulars and not letter.withhold_name else ""
    fields = (letter.reference, letter.headline, letter.body, letter.article_headline, name)
    _insert(session, letter.id, letter.received_at, fields)
    remove_from_queue(session, FULL_TEXT_INDEX, letter.id)


def index_letter(session: Session, letter_id: int) -> None:
    """Index a letter again, in place of its row.

    Indexed are its reference, its original text with headline, the article's headline, its latest edited
    copy, the notes that editors wrote and its writer's printed name. The session is flushed first. Call it in
    the same transaction after adding a note or an edited copy, or after removing the writer's name. A name
    that is withheld in print is never in the index.

    Raises:
        NoResultFound: no letter has that id.
    """
    letter = session.execute(
        select(
            Letter.received_at,
            Letter.reference,
            Letter.headline,
            Letter.body,
            Letter.article_headline,
            Letter.withhold_name,
            Particulars.printed_name,
        )
        .outerjoin(Particulars, Particulars.letter_id == Letter.id)
        .where(Letter.id == letter_id)
    ).one()
    copies = session.execute(
        select(EditedCopy.headline, EditedCopy.body)
        .where(EditedCopy.letter_id == letter_id)
        .order_by(EditedCopy.number.desc())
        .limit(1)
    )
    notes = session.scalars(
        select(Event.note)
        .where(Event.letter_id == letter_id, Event.kind.in_(EDITORS_NOTES), Event.note != "")
        .order_by(Event.id)
    )
    name = "" if letter.withhold_name else letter.printed_name or ""
    fields = [letter.reference, letter.headline, letter.body, letter.article_headline, name, *notes]
    for copy in copies:
        fields += copy
    _remove(session, letter_id, letter.received_at)
    _insert(session, letter_id, letter.received_at, fields)
    remove_from_queue(session, FULL_TEXT_INDEX, letter_id)


def matches_all_terms(session: Session, terms: Iterable[Term]) -> ColumnElement[bool]:
    """Return the condition that a row of the index matches all of ``terms`` (at least one)."""
    if _is_sqlite(session):
        return literal_column("letter_search").bool_op("MATCH")(fts_query(terms))
    query = cast(literal(tsquery_text(terms)), TSQUERY)
    return literal_column("letter_search.words").bool_op("@@")(query)


def sort_key_column(session: Session) -> ColumnElement[int]:
    """Return the column of the index that holds a row's sort key."""
    return literal_column("letter_search.rowid" if _is_sqlite(session) else "letter_search.place", BigInteger)


def letter_id_column(session: Session) -> ColumnElement[int]:
    """Return the expression for the letter's id of a row of the index."""
    if _is_sqlite(session):
        return sort_key_column(session).bitwise_and((1 << ID_BITS) - 1)
    return literal_column("letter_search.letter_id", BigInteger)


def letter_ids_with_terms(
    session: Session, letter_ids: Sequence[int], terms: Iterable[Term]
) -> Sequence[int]:
    """Return those of ``letter_ids`` whose letters contain all of ``terms``, in no particular order.

    There must be at least one term.
    """
    receipts = select(Letter.id, Letter.received_at).where(Letter.id.in_(letter_ids))
    sort_keys = [sort_key(row.received_at, row.id) for row in session.execute(receipts)]
    matching = (
        select(letter_id_column(session)).select_from(SEARCH_INDEX).where(matches_all_terms(session, terms))
    )
    return session.scalars(matching.where(sort_key_column(session).in_(sort_keys))).all()


def _insert(session: Session, letter_id: int, received_at: datetime, fields: Iterable[str]) -> None:
    words = indexed_fields(fields)
    row = {"letter_id": letter_id, "place": sort_key(received_at, letter_id)}
    if _is_sqlite(session):
        session.execute(INSERT_INTO_FTS, {"place": row["place"], "words": fts_document(words)})
    else:
        session.execute(INSERT_INTO_TABLE, row | {"words": tsvector_document(words)})


def _remove(session: Session, letter_id: int, received_at: datetime) -> None:
    name = "rowid" if _is_sqlite(session) else "place"
    session.execute(
        delete(table("letter_search", column(name))).where(column(name) == sort_key(received_at, letter_id))
    )


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
