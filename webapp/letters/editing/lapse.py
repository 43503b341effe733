"""Automatic lapse (withdrawal) of letters whose writer never confirmed the e-mail address."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from webapp.letters.editing.approvals import end_open_approval
from webapp.letters.editing.withdrawal import set_withdrawn
from webapp.rules.enums import State
from webapp.store.models import EventKind, Letter, Message, MessageState

MAX_LAPSED_PER_TRANSACTION = 500
"""Letters that lapse in one transaction, so that other writers don't wait long."""


def lapse_unconfirmed(session: Session, paper: str, *, received_before: datetime, now: datetime) -> int:
    """Withdraw letters whose e-mail address was never confirmed; return how many.

    These are letters in state received that wait for the confirmation outside of the queue. As in `withdraw`,
    each gets an event and loses its claim, submission key and fingerprint; its open approval request ends.

    At most `MAX_LAPSED_PER_TRANSACTION` lapse in one call. A letter is left out while a message to its writer
    waits in the outbox or was sent at or after ``received_before``: the writer has had too little time to
    confirm. So is a letter that another transaction has locked.

    Args:
        session: An open transaction.
        paper: The slug of the paper.
        received_before: Letters received before this moment lapse.
        now: The present moment, with a time zone.
    """
    has_recent_message = exists().where(
        Message.letter_id == Letter.id,
        or_(Message.state == MessageState.WAITING, Message.sent_at >= received_before),
    )
    letters = session.scalars(
        select(Letter)
        .where(
            Letter.paper == paper,
            Letter.state == State.RECEIVED,
            Letter.in_queue.is_(False),
            Letter.received_at < received_before,
            ~has_recent_message,
        )
        .limit(MAX_LAPSED_PER_TRANSACTION)
        .with_for_update(skip_locked=True)
    ).all()
    for letter in letters:
        set_withdrawn(session, letter, EventKind.LAPSED, now, "")
        end_open_approval(session, letter.id, now)
    return len(letters)
