"""Ringing a writer: the look at the number, what was said, and what it proves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import (
    LONGEST_NOTE,
    Actor,
    NoteTooLongError,
    lock_letter,
    refuse_if_claimed,
)
from webapp.letters.search.index import index_letter
from webapp.store.models import CallOutcome, Event, EventKind, Letter

TAKES_BACK = frozenset({CallOutcome.DENIED, CallOutcome.WRONG_NUMBER, CallOutcome.CHANGED})
"""Outcomes after which an earlier confirmation holds no more.

Who denies it never sent it. At a wrong number somebody else may have said yes before. Who wants something
changed does not stand by the text as it is: the writer is asked again once it is changed.
"""


class CallNoteMissingError(Exception):
    """The writer wants something changed, and what that is was not noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How one attempt to reach a writer by phone went."""

    outcome: CallOutcome
    note: str = ""


def record_particulars_view(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Keep that somebody looks at a writer's particulars.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    letter = lock_letter(session, reference)
    session.add(Event(letter_id=letter.id, kind=EventKind.PARTICULARS_SEEN, at=now, editor_id=by.editor_id))


def record_call(session: Session, reference: str, call: Call, *, by: Actor, now: datetime) -> Event:
    """Keep how a call went, and what it proves or takes back; return its event.

    The letter's version stays: what a call proves is asked for again when the letter is moved.

    Raises:
        LetterMissingError: there is none with that reference.
        ClaimedByOtherError: a colleague is on it, who may be ringing the writer at this moment.
        CallNoteMissingError: something is to be changed, and the note does not say what.
        NoteTooLongError: the note has too many characters to be kept.
    """
    letter = lock_letter(session, reference)
    refuse_if_claimed(letter, by, now)
    if call.outcome is CallOutcome.CHANGED and not call.note:
        raise CallNoteMissingError
    if len(call.note) > LONGEST_NOTE:
        raise NoteTooLongError
    if call.outcome is CallOutcome.CONFIRMED:
        _set_confirmed(session, letter, now)
    elif call.outcome in TAKES_BACK:
        _set_confirmed(session, letter, None)
    event = Event(
        letter_id=letter.id,
        kind=EventKind.CALLED,
        at=now,
        editor_id=by.editor_id,
        outcome=call.outcome,
        note=call.note,
    )
    session.add(event)
    session.flush()
    if call.note:
        index_letter(session, letter.id)
    return event


def _set_confirmed(session: Session, letter: Letter, when: datetime | None) -> None:
    session.execute(update(Letter).where(Letter.id == letter.id).values(call_confirmed_at=when))
