"""Finding letters by their words: one index, kept in the transaction of whatever changes a letter's words.

SQLite keeps it as an FTS5 table, PostgreSQL as a ``tsvector`` under a GIN index. In both a letter stands at
its place: a number that grows with the moment of its receipt, so that the newest hits come first without
any sorting, however many there are.
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

from webapp.letters.search.words import Phrase, as_fts, as_fts_query, as_tsquery, as_tsvector, words_of
from webapp.store.models import EditedCopy, Event, EventKind, Letter, Particulars

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ID_BITS = 32
"""Of a place that hold the letter's number; the seconds since `EPOCH` stand before them."""
INDEX = table("letter_search")
NOTES = (EventKind.NOTED, EventKind.MOVED, EventKind.CALLED)
"""What colleagues tell each other beside; other events note things of their own."""
INSERT_INTO_FTS = text("INSERT INTO letter_search (rowid, words) VALUES (:place, :words)")
INSERT_INTO_TABLE = text(
    "INSERT INTO letter_search (letter_id, place, words)"
    " VALUES (:letter_id, :place, CAST(:words AS tsvector))"
)


def place_at(moment: datetime, letter_id: int = 0) -> int:
    """Return the place in the index of a letter that was received at ``moment``, to the second.

    Without a letter, the place before all that were received in that second.
    """
    return ((moment - EPOCH) // timedelta(seconds=1) << ID_BITS) + letter_id


def index_new_letter(session: Session, letter: Letter) -> None:
    """Let a letter be found that was just added to this session, and flushed."""
    name = letter.particulars.printed_name if letter.particulars and not letter.withhold_name else ""
    fields = (letter.reference, letter.headline, letter.body, letter.article_headline, name)
    _insert(session, letter.id, letter.received_at, fields)


def index_letter(session: Session, letter_id: int) -> None:
    """Let a letter be found by all that stands in it and beside it now.

    To be called by whatever adds a note or an edited copy, or takes the writer's name away, in the same
    transaction. A name that is withheld in print is never in the index.
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
        .where(Event.letter_id == letter_id, Event.kind.in_(NOTES), Event.note != "")
        .order_by(Event.id)
    )
    name = "" if letter.withhold_name else letter.printed_name or ""
    fields = [letter.reference, letter.headline, letter.body, letter.article_headline, name, *notes]
    for copy in copies:
        fields += copy
    _remove(session, letter_id, letter.received_at)
    _insert(session, letter_id, letter.received_at, fields)


def has_all(session: Session, phrases: Iterable[Phrase]) -> ColumnElement[bool]:
    """Return the condition that a row of the index has all of ``phrases``."""
    if _is_sqlite(session):
        return literal_column("letter_search").bool_op("MATCH")(as_fts_query(phrases))
    question = cast(literal(as_tsquery(phrases)), TSQUERY)
    return literal_column("letter_search.words").bool_op("@@")(question)


def place(session: Session) -> ColumnElement[int]:
    """Return the place at which a row of the index stands."""
    return literal_column("letter_search.rowid" if _is_sqlite(session) else "letter_search.place", BigInteger)


def letter_id(session: Session) -> ColumnElement[int]:
    """Return the number of the letter that a row of the index stands for."""
    if _is_sqlite(session):
        return place(session).bitwise_and((1 << ID_BITS) - 1)
    return literal_column("letter_search.letter_id", BigInteger)


def among(session: Session, letters: Sequence[int], phrases: Iterable[Phrase]) -> Sequence[int]:
    """Return those of some letters that have all of ``phrases``."""
    moments = select(Letter.id, Letter.received_at).where(Letter.id.in_(letters))
    places = [place_at(row.received_at, row.id) for row in session.execute(moments)]
    found = select(letter_id(session)).select_from(INDEX).where(has_all(session, phrases))
    return session.scalars(found.where(place(session).in_(places))).all()


def _insert(session: Session, letter_id: int, received_at: datetime, fields: Iterable[str]) -> None:
    words = [words_of(field) for field in fields]
    row = {"letter_id": letter_id, "place": place_at(received_at, letter_id)}
    if _is_sqlite(session):
        session.execute(INSERT_INTO_FTS, {"place": row["place"], "words": as_fts(words)})
    else:
        session.execute(INSERT_INTO_TABLE, row | {"words": as_tsvector(words)})


def _remove(session: Session, letter_id: int, received_at: datetime) -> None:
    name = "rowid" if _is_sqlite(session) else "place"
    session.execute(
        delete(table("letter_search", column(name))).where(column(name) == place_at(received_at, letter_id))
    )


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
