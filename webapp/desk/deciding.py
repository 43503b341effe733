"""A decision together with what the letter's writer is told of it, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.letters.models import Event, Letter
from webapp.letters.outbox import put_in_outbox
from webapp.letters.states import EventKind, State
from webapp.letters.workflow import Actor, Move, move_letter
from webapp.rules.policy import Policy
from webapp.services import services


@dataclass(frozen=True, slots=True)
class Telling:
    """What the writer of a declined letter is told.

    Attributes:
        tells: Whether they are written to; as the paper's policy has it where ``None``.
        text: In which words; the paper's own for the reason where empty.
    """

    tells: bool | None = None
    text: str = ""


AS_USUAL = Telling()


def decide(
    session: Session,
    reference: str,
    move: Move,
    policy: Policy,
    *,
    telling: Telling = AS_USUAL,
    by: Actor,
    now: datetime,
) -> Event:
    """Move a letter, and write to its writer where that is wanted; return the move's event.

    Raises:
        Exception: whatever `move_letter` raises; then nothing is written either.
    """
    event = move_letter(session, reference, move, policy, by=by, now=now)
    tells = policy.declining.tells if telling.tells is None else telling.tells
    if move.to_state is State.DECLINED and move.reason and tells:
        letter = session.scalars(
            select(Letter)
            .where(Letter.id == event.letter_id)
            .options(joinedload(Letter.particulars))
            .execution_options(populate_existing=True)
        ).one()
        text = telling.text or services().correspondence.decision_draft(letter, policy, move.reason)
        message = services().correspondence.decision(letter, policy, text)
        if message:
            delay = policy.message_delay(message.kind)
            put_in_outbox(session, message, letter_id=letter.id, now=now, delay=delay, cause_id=event.id)
            session.add(
                Event(
                    letter_id=letter.id,
                    kind=EventKind.MESSAGE_WRITTEN,
                    at=now,
                    editor_id=by.editor_id,
                    note=message.subject,
                )
            )
    return event
