"""What a writer may do with a letter that was sent, and what happens where a writer does nothing."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from webapp.letters.editing.approvals import end_open_question
from webapp.letters.editing.workflow import LONGEST_NOTE, ChangedMeanwhileError, IllegalMoveError
from webapp.rules.states import State
from webapp.store.models import Event, EventKind, Letter, Message, MessageState

WITHDRAWABLE = frozenset({State.RECEIVED, State.SHORTLISTED, State.HELD})
"""Until it is scheduled; then a page is made up with it, and the desk has to be rung."""
LAPSED_AT_ONCE = 500
"""Letters that lapse in one transaction, so that nobody else waits long for the store."""


def withdraw(session: Session, letter: Letter, *, reason: str, now: datetime) -> None:
    """Take a letter back for its writer, who may say why; one taken back before stays so.

    Raises:
        IllegalMoveError: it is scheduled or decided on.
        ChangedMeanwhileError: an editor moved it at the same moment.
    """
    if letter.state is State.WITHDRAWN:
        return
    if letter.state not in WITHDRAWABLE:
        raise IllegalMoveError(letter.state, State.WITHDRAWN)
    _end(session, letter, EventKind.WITHDRAWN, now, reason[:LONGEST_NOTE])
    try:
        session.flush()
    except StaleDataError as error:
        raise ChangedMeanwhileError from error
    end_open_question(session, letter.id, now)


def lapse_unconfirmed(session: Session, paper: str, *, received_before: datetime, now: datetime) -> int:
    """Let letters go that came in before that moment and were never confirmed; return how many.

    A writer whose link has not left us yet, or left us after that moment, still has time.
    """
    link_is_new = exists().where(
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
            ~link_is_new,
        )
        .limit(LAPSED_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for letter in letters:
        _end(session, letter, EventKind.LAPSED, now, "")
    return len(letters)


def _end(session: Session, letter: Letter, kind: EventKind, now: datetime, note: str) -> None:
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
    # Sent again, it is not this letter, which nobody will read, but a new one.
    letter.fingerprint = letter.submission_key = None
