"""The index of letters' fingerprints: processing the queue of new letters, and refilling it.

A new letter is put into the queue (table of `LetterToCompare`) by the transaction that stores it. The worker
computes and stores its fingerprints later, so that receiving a letter doesn't wait for it.
"""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from webapp.letters.similar.fingerprints import fingerprints
from webapp.store.database import Database
from webapp.store.models import Letter, LetterToCompare
from webapp.store.work_queues import process_queued_letters

LETTERS_PER_TRANSACTION = 10
"""Letters whose fingerprints are stored in one transaction.

In a large store each fingerprint of a letter changes a page of its own: ten long letters take 25 ms, during
which nobody else can write to SQLite. Larger transactions take no less time per letter.
"""

FINGERPRINT_ROWS_SQL = {
    "sqlite": "SELECT value AS fingerprint FROM json_each(:fingerprints)",
    "postgresql": (
        "SELECT CAST(value AS bigint) AS fingerprint"
        " FROM json_array_elements_text(CAST(:fingerprints AS json)) AS given(value)"
    ),
}
"""SQL that turns the text of `fingerprints_as_json` into rows, for each database."""
_INSERT = {
    name: text(
        "INSERT INTO letter_passages (fingerprint, letter_id) "  # noqa: S608 -- constant SQL
        f"SELECT asked.fingerprint, :letter_id FROM ({rows}) AS asked WHERE TRUE ON CONFLICT DO NOTHING"
    )
    for name, rows in FINGERPRINT_ROWS_SQL.items()
}


def fingerprints_as_json(values: Collection[int]) -> str:
    """Return fingerprints as a JSON array, which `FINGERPRINT_ROWS_SQL` turns into rows."""
    return json.dumps(sorted(values))


def index_waiting_letters(database: Database) -> int:
    """Store the fingerprints of some queued letters, newest first; return how many left the queue.

    At most `LETTERS_PER_TRANSACTION` letters are processed, in one transaction; see `process_queued_letters`.
    A letter of fewer than five words is taken from the queue without fingerprints.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    return process_queued_letters(
        database, LetterToCompare, _insert_all_fingerprints, most=LETTERS_PER_TRANSACTION
    )


def _insert_all_fingerprints(session: Session, letter_ids: Sequence[int]) -> None:
    # By id: inserting a row with a foreign key locks the letter's row, and transactions that lock rows in the
    # same order can't deadlock.
    texts = select(Letter.id, Letter.body).where(Letter.id.in_(letter_ids)).order_by(Letter.id)
    for letter_id, body in session.execute(texts):
        _insert_fingerprints(session, letter_id, body)


def count_waiting(session: Session, *, most: int) -> int:
    """Return the length of the queue, counted up to ``most``."""
    waiting = select(LetterToCompare.letter_id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def queue_all_letters(session: Session) -> None:
    """Put all letters into the queue that aren't in it; call it when the fingerprints are missing.

    They are missing after a restore. Fingerprints that are stored stay.
    """
    queued = select(LetterToCompare.letter_id)
    all_letters = select(Letter.id).where(Letter.id.not_in(queued))
    session.execute(insert(LetterToCompare).from_select([LetterToCompare.letter_id], all_letters))


def _insert_fingerprints(session: Session, letter_id: int, body: str) -> None:
    if values := fingerprints(body):
        bind_values = {"letter_id": letter_id, "fingerprints": fingerprints_as_json(values)}
        session.execute(_INSERT[session.get_bind().dialect.name], bind_values)
