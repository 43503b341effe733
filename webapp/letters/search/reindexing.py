"""Indexing letters again that an earlier version has put into the full-text index; for the worker."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.letters.search.index import index_letter
from webapp.store.database import Database
from webapp.store.models import Letter, LetterToIndex

LETTERS_PER_TRANSACTION = 5
"""Letters that are indexed again in one transaction, during which nobody else can write to SQLite.

Measured with 20,000 letters on a busy machine: 7 ms for each. A million take some hours, and the
worker leaves the database to others for as long as it works.
"""


def index_outdated_letters(database: Database) -> int:
    """Index some queued letters again, newest first; return how many left the queue.

    At most `LETTERS_PER_TRANSACTION` letters are indexed, in one transaction. Several processes can do this
    at the same time: queue rows that another one has locked are skipped. If the process is killed, the
    transaction is rolled back and the letters stay in the queue.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.query() as session:
        # Don't begin a write transaction for nothing: on SQLite all other writers would wait for it.
        if session.scalar(select(LetterToIndex.letter_id).limit(1)) is None:
            return 0
    # SQLAlchemy leaves FOR UPDATE SKIP LOCKED out on SQLite, which has one writer at a time.
    queued = (
        select(LetterToIndex.letter_id)
        .order_by(LetterToIndex.letter_id.desc())
        .limit(LETTERS_PER_TRANSACTION)
        .with_for_update(skip_locked=True)
    )
    with database.transaction() as session:
        letter_ids = session.scalars(queued).all()
        for letter_id in _locked(session, letter_ids):
            index_letter(session, letter_id)
        session.execute(delete(LetterToIndex).where(LetterToIndex.letter_id.in_(letter_ids)))
    return len(letter_ids)


def _locked(session: Session, letter_ids: Sequence[int]) -> list[int]:
    """Lock those letters, in the order of their ids, and return them.

    Whoever changes a letter's words locks it first (`lock_letter`), so that both don't index it at once.
    """
    letters = select(Letter.id).where(Letter.id.in_(letter_ids)).order_by(Letter.id).with_for_update()
    return list(session.scalars(letters))
