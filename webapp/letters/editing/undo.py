"""Taking a move back, with what it would have told the letter's writer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import (
    PRINTED,
    Actor,
    ChangedMeanwhileError,
    apply_move,
    is_orphaned,
    refuse_if_claimed,
)
from webapp.messages.outbox import call_back
from webapp.store.models import Clearance, Event, EventKind, Letter


class NothingToUndoError(Exception):
    """The letter's last move is none of the desk's, or has been undone already, or is past undoing."""


def move_to_undo(letter: Letter) -> Event | None:
    """Return the move that can be taken back, of a letter read with its history and its particulars."""
    last = next((event for event in reversed(letter.events) if event.kind is EventKind.MOVED), None)
    return last if last and _can_be_undone(last, letter) else None


def undo_move(session: Session, letter: Letter, version: int, *, by: Actor, now: datetime) -> Event:
    """Undo the letter's last move and cancel the message it caused; return the event of the undoing.

    Args:
        session: An open transaction.
        letter: The letter, locked and read with its particulars (`workflow.lock_letter`).
        version: The version of the letter that the editor saw.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ChangedMeanwhileError: it is no longer the version that the editor saw.
        ClaimedByOtherError: a colleague is on it.
        NothingToUndoError: its last move is none of the desk's, or has been undone, or its writer's
            particulars are gone.
    """
    if letter.version != version:
        raise ChangedMeanwhileError
    refuse_if_claimed(letter, by, now)
    moves = select(Event).where(Event.letter_id == letter.id, Event.kind == EventKind.MOVED)
    last = session.scalar(moves.order_by(Event.id.desc()).limit(1))
    if last is None or not _can_be_undone(last, letter):
        raise NothingToUndoError
    before = session.scalar(
        moves.where(Event.to_state == last.from_state, Event.id < last.id).order_by(Event.id.desc()).limit(1)
    )
    event = Event(
        letter_id=letter.id,
        kind=EventKind.MOVED,
        at=now,
        editor_id=by.editor_id,
        from_state=last.to_state,
        to_state=last.from_state,
        undoes_id=last.id,
    )
    if before:
        event.reason, event.print_on = before.reason, before.print_on
        event.overrides, event.note = before.overrides, before.note if before.overrides else ""
    if last.from_state in PRINTED and letter.clearance is None:
        letter.clearance = Clearance.OVERRIDE if event.overrides else Clearance.VERIFIED
    apply_move(session, letter, event)
    session.add(event)
    if call_back(session, last.id):
        session.add(
            Event(
                letter_id=letter.id,
                kind=EventKind.MESSAGE_CALLED_BACK,
                at=now,
                editor_id=by.editor_id,
            )
        )
    session.flush()
    return event


def _can_be_undone(last: Event, letter: Letter) -> bool:
    """Tell whether the letter's last move is the desk's, stands, and has not been taken back already."""
    return last.undoes_id is None and last.to_state is letter.state and not is_orphaned(letter)
