"""Working off a queue of letters (`LetterToCompare`, `LetterToIndex`): a callback and a transaction."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.store.database import Database
from webapp.store.models import LetterToCompare, LetterToIndex

WorkQueue: TypeAlias = type[LetterToCompare] | type[LetterToIndex]


def process_queued_letters(
    database: Database, queue: WorkQueue, work: Callable[[Session, Sequence[int]], None], *, most: int
) -> int:
    """Do the work for some queued letters, newest first, and return how many left the queue.

    All of it is one transaction. Several processes can do this at the same time: queue rows that another one
    has locked are skipped. If the process is killed, the transaction is rolled back and the letters stay in
    the queue.

    Args:
        database: The database with the queue.
        queue: The model of the queue's table.
        work: What is done for letters, by their ids, in the transaction.
        most: The number of letters at most.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.query() as session:
        # Don't begin a write transaction for nothing: on SQLite all other writers would wait for it.
        if session.scalar(select(queue.letter_id).limit(1)) is None:
            return 0
    # SQLAlchemy leaves FOR UPDATE SKIP LOCKED out on SQLite, which has one writer at a time.
    queued = (
        select(queue.letter_id).order_by(queue.letter_id.desc()).limit(most).with_for_update(skip_locked=True)
    )
    with database.transaction() as session:
        letter_ids = session.scalars(queued).all()
        work(session, letter_ids)
        session.execute(delete(queue).where(queue.letter_id.in_(letter_ids)))
    return len(letter_ids)
