"""Undo of a letter's last move, by any editor; it also cancels the message that the move caused."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import (
    SCHEDULED_OR_PUBLISHED,
    Actor,
    ChangedMeanwhileError,
    apply_move,
    has_purged_particulars,
    refuse_if_claimed,
)
from webapp.messages.outbox import cancel_messages_of_event
from webapp.store.models import Clearance, Event, EventKind, Letter


class NothingToUndoError(Exception):
    """The letter's last move can't be undone.

    There is none, it was already undone or is an undo itself, the letter has left that state without a move
    (it was withdrawn, for example), or the writer's particulars have been purged.
    """


def move_to_undo(letter: Letter) -> Event | None:
    """Return the move that can be undone; ``None`` if there is none.

    Claims aren't checked. ``letter`` must have been read with its events and its particulars.
    """
    last = next((event for event in reversed(letter.events) if event.kind is EventKind.MOVED), None)
    return last if last and _can_be_undone(last, letter) else None


def undo_move(session: Session, letter: Letter, version: int, *, by: Actor, now: datetime) -> Event:
    """Undo the letter's last move, cancel the message that it caused, and return the event of the undo.

    The letter gets back its former state with that state's reason, issue date and clearance. A message that
    was sent already, or is being sent at this moment, isn't cancelled; a cancellation is recorded as a second
    event. A claim or an approval request that the move ended stays ended, and an undo that leads back to
    declined ends them. Any editor can undo the move. The letter's version goes up, and the session is
    flushed.

    Args:
        session: An open transaction.
        letter: The letter, locked and read with its particulars (`workflow.lock_letter`).
        version: The version of the letter that the editor saw.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ChangedMeanwhileError: the letter has another version than the one the editor saw.
        ClaimedByOtherError: a colleague holds the claim.
        NothingToUndoError: there is no move that can be undone.
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
    if last.from_state in SCHEDULED_OR_PUBLISHED and letter.clearance is None:
        letter.clearance = Clearance.OVERRIDE if event.overrides else Clearance.VERIFIED
    apply_move(session, letter, event)
    session.add(event)
    if cancel_messages_of_event(session, last.id):
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
    """Tell whether the move is no undo, the letter is where it led, and the particulars are still kept."""
    return last.undoes_id is None and last.to_state is letter.state and not has_purged_particulars(letter)
