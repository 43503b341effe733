"""Withdrawal of a letter by its writer."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from webapp.letters.editing.approvals import end_open_approval
from webapp.letters.editing.workflow import LONGEST_NOTE, ChangedMeanwhileError, IllegalMoveError
from webapp.rules.enums import State
from webapp.store.models import Event, EventKind, Letter

WITHDRAWABLE_STATES = frozenset({State.RECEIVED, State.SHORTLISTED, State.HELD})
"""States in which a writer can withdraw a letter; once it is scheduled, the writer has to phone the desk."""


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
    set_withdrawn(session, letter, EventKind.WITHDRAWN, now, reason[:LONGEST_NOTE])
    try:
        session.flush()
    except StaleDataError as error:
        raise ChangedMeanwhileError from error
    end_open_approval(session, letter.id, now)


def set_withdrawn(session: Session, letter: Letter, kind: EventKind, now: datetime, note: str) -> None:
    """Put a letter into the state withdrawn, record the event, and release the claim; nothing is flushed.

    Args:
        session: An open transaction.
        letter: The letter, in any state.
        kind: The kind of the event.
        now: The present moment, with a time zone.
        note: The event's note; may be empty.
    """
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
