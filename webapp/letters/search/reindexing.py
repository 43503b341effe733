"""Indexes again the letters that an earlier version of the code has indexed; run by the worker."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.search.index import FULL_TEXT_INDEX, index_letter
from webapp.store.database import Database
from webapp.store.derivations import process_queued_letters
from webapp.store.models import Letter

LETTERS_PER_TRANSACTION = 5
"""Letters that are indexed again in one transaction, during which nobody else can write to SQLite.

Measured with 20,000 letters on a busy machine: 7 ms for each. A million take some hours, and the
worker leaves the database to others for as long as it works.
"""


def index_outdated_letters(database: Database) -> int:
    """Index some queued letters again, newest first; return how many.

    At most `LETTERS_PER_TRANSACTION` letters are indexed, in one transaction; see `process_queued_letters`.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    return process_queued_letters(database, FULL_TEXT_INDEX, _index_again, most=LETTERS_PER_TRANSACTION)


def _index_again(session: Session, letter_ids: Sequence[int]) -> None:
    # Whoever changes a letter's words locks it first (`lock_letter`), so that both don't index it at once. By
    # id: transactions that lock rows in the same order can't deadlock.
    letters = select(Letter.id).where(Letter.id.in_(letter_ids)).order_by(Letter.id).with_for_update()
    for letter_id in session.scalars(letters).all():
        index_letter(session, letter_id)
