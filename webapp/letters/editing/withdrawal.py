"""Withdrawal of a letter by its writer, and automatic lapse of letters whose e-mail was never confirmed."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from webapp.letters.editing.approvals import end_open_approval
from webapp.letters.editing.workflow import LONGEST_NOTE, ChangedMeanwhileError, IllegalMoveError
from webapp.rules.states import State
from webapp.store.models import Event, EventKind, Letter, Message, MessageState

WITHDRAWABLE_STATES = frozenset({State.RECEIVED, State.SHORTLISTED, State.HELD})
"""States in which a writer can withdraw a letter; once it is scheduled, the writer has to phone the desk."""
MAX_LAPSED_PER_TRANSACTION = 500
"""Letters that lapse in one transaction, so that other writers don't wait long."""


def withdraw(session: Session, letter: Letter, *, reason: str, now: datetime) -> None:
    """Withdraw a letter for its writer and end its claim and its open approval request; idempotent.

    An event is recorded, and the session flushed. Submission key and fingerprint are removed, so that the
    same text sent again is stored as a new letter. No message is written.

    Args:
        session: An open transaction.
        letter: The letter.
        reason: The writer's reason, which may be empty; only the first `LONGEST_NOTE` characters are kept.
        now: The present moment, with a time zone.

    Raises:
        IllegalMoveError: the letter is scheduled, published or declined.
        ChangedMeanwhileError: the letter was changed since it was read; the transaction must be rolled back.
    """
    if letter.state is State.WITHDRAWN:
        return
    if letter.state not in WITHDRAWABLE_STATES:
        raise IllegalMoveError(letter.state, State.WITHDRAWN)
    _set_withdrawn(session, letter, EventKind.WITHDRAWN, now, reason[:LONGEST_NOTE])
    try:
        session.flush()
    except StaleDataError as error:
        raise ChangedMeanwhileError from error
    end_open_approval(session, letter.id, now)


def lapse_unconfirmed(session: Session, paper: str, *, received_before: datetime, now: datetime) -> int:
    """Withdraw letters whose e-mail address was never confirmed; return how many.

    These are letters in state received that wait for the confirmation outside of the queue. As in `withdraw`,
    each gets an event and loses its claim, submission key and fingerprint; an approval request isn't ended.

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
        _set_withdrawn(session, letter, EventKind.LAPSED, now, "")
    return len(letters)


def _set_withdrawn(session: Session, letter: Letter, kind: EventKind, now: datetime, note: str) -> None:
    session.add(
        Event(
            letter_id=letter.id,
            kind=kind,
            at=now,
            from_state=letter.state,
            to_state=State.WITHDRAWN,
            note=note,
        )
    )
    letter.state = State.WITHDRAWN
    letter.claimed_by_id = letter.claimed_at = letter.claimed_until = None
    # The same text sent again must be stored as a new letter, not be recognised as this withdrawn one.
    letter.fingerprint = letter.submission_key = None
