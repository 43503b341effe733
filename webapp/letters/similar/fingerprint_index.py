"""The index of letters' fingerprints: processing the queue of new letters.

A new letter is put into the queue (`webapp.store.derivations`) by a trigger. The worker computes and stores
its fingerprints later, so that receiving a letter doesn't wait for it.
"""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webapp.letters.similar.fingerprints import fingerprints
from webapp.store.database import Database
from webapp.store.derivations import Derivation, process_queued_letters
from webapp.store.models import Letter, LetterToCompare

PASSAGE_FINGERPRINTS = Derivation("passage fingerprints", 1, LetterToCompare)
"""Raise the version with every change of `fingerprints` or of the words it is computed from. Fingerprints of
earlier versions stay: at worst they make a letter a candidate whose text is then compared in vain."""

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
    """Store the fingerprints of some queued letters, newest first; return how many.

    At most `LETTERS_PER_TRANSACTION` letters are processed, in one transaction; see `process_queued_letters`.
    A letter of fewer than five words is taken from the queue without fingerprints.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    return process_queued_letters(
        database, PASSAGE_FINGERPRINTS, _insert_all_fingerprints, most=LETTERS_PER_TRANSACTION
    )


def _insert_all_fingerprints(session: Session, letter_ids: Sequence[int]) -> None:
    # By id: inserting a row with a foreign key locks the letter's row, and transactions that lock rows in the
    # same order can't deadlock.
    texts = select(Letter.id, Letter.body).where(Letter.id.in_(letter_ids)).order_by(Letter.id)
    for letter_id, body in session.execute(texts):
        _insert_fingerprints(session, letter_id, body)


def _insert_fingerprints(session: Session, letter_id: int, body: str) -> None:
    if values := fingerprints(body):
        bind_values = {"letter_id": letter_id, "fingerprints": fingerprints_as_json(values)}
        session.execute(_INSERT[session.get_bind().dialect.name], bind_values)
