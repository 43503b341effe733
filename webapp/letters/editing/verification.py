"""Verification calls to writers and their outcomes; recording who looked at a writer's particulars."""

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

REVOKING_OUTCOMES = frozenset({CallOutcome.DENIED, CallOutcome.WRONG_NUMBER, CallOutcome.CHANGED})
"""Outcomes of a call that revoke an earlier confirmation by phone.

Denied: the writer never sent the letter. Wrong number: somebody else may have confirmed it before. Changed:
the writer doesn't stand by the text as it is, and is called again once it has been changed.
"""


class CallNoteMissingError(Exception):
    """The outcome is that the writer wants a change, and there is no note that says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One attempt to reach a writer by phone.

    Attributes:
        outcome: How it went.
        note: A note for colleagues, at most `LONGEST_NOTE` characters; required if the writer wants a change.
    """

    outcome: CallOutcome
    note: str = ""


def record_particulars_view(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Record that an editor looks at the particulars of a letter's writer (name, address, phone, e-mail).

    The letter is locked. Each call records an event; claims aren't checked.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
    """
    letter = lock_letter(session, reference)
    session.add(Event(letter_id=letter.id, kind=EventKind.PARTICULARS_SEEN, at=now, editor_id=by.editor_id))


def record_call(session: Session, reference: str, call: Call, *, by: Actor, now: datetime) -> Event:
    """Record a call as an event and set or revoke the letter's confirmation by phone; return the event.

    The letter is locked, the event flushed, and a note added to the full-text index. Outcomes other than
    "confirmed" and `REVOKING_OUTCOMES` leave the confirmation as it is. The letter's version, state and
    clearance don't change: an editor who has it open can still decide on it, and verification is checked
    again when it is scheduled or published.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        call: How the call went.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        ClaimedByOtherError: a colleague holds the claim, and may be calling the writer at this moment.
        CallNoteMissingError: the writer wants a change, and the note is empty.
        NoteTooLongError: the note is longer than `LONGEST_NOTE`.
    """
    letter = lock_letter(session, reference)
    refuse_if_claimed(letter, by, now)
    if call.outcome is CallOutcome.CHANGED and not call.note:
        raise CallNoteMissingError
    if len(call.note) > LONGEST_NOTE:
        raise NoteTooLongError
    if call.outcome is CallOutcome.CONFIRMED:
        _set_confirmed(session, letter, now)
    elif call.outcome in REVOKING_OUTCOMES:
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
