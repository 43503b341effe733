"""Erasure of writers' personal data on request: removes what a purge removes, and withdraws open letters."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.letters.privacy.retention import remove_personal_data
from webapp.rules.enums import State
from webapp.store.models import Approval, Event, EventKind, Letter, Particulars

CLOSED_STATES = frozenset({State.PUBLISHED, State.DECLINED, State.WITHDRAWN})
"""States in which a letter stays; letters in other states are withdrawn by an erasure."""


def erase_personal_data(
    session: Session, letters: Iterable[Letter], *, editor_id: int | None, now: datetime
) -> int:
    """Erase the personal data of these letters' writers; return how many letters were changed.

    The retention period doesn't matter. A letter that was not decided on is withdrawn and loses its claim,
    because its writer can't be asked about it any more. Each changed letter is locked and gets an event, its
    open approval request ends, and its waiting messages are cancelled. What is removed: see
    `retention.remove_personal_data`. Claims aren't checked. Objects of the session are read anew and lose
    unsaved changes; what is removed shows in them only after the session's next read.

    Args:
        session: An open transaction.
        letters: The letters; those that have been purged and are in a closed state stay unchanged.
        editor_id: The id of the editor who does it; ``None`` for the command line.
        now: The present moment, with a time zone.
    """
    letter_ids = [letter.id for letter in letters]
    query = (
        select(Letter)
        .join(Particulars)
        .where(Letter.id.in_(letter_ids))
        .where(or_(Particulars.purged_at.is_(None), Letter.state.not_in(CLOSED_STATES)))
        .order_by(Letter.id)
        .with_for_update(of=Letter)
        .execution_options(populate_existing=True)
    )
    erased = session.scalars(query).all()
    for letter in erased:
        event = Event(letter_id=letter.id, kind=EventKind.ERASED, at=now, editor_id=editor_id)
        if letter.state not in CLOSED_STATES:
            event.from_state, event.to_state = letter.state, State.WITHDRAWN
            letter.state, letter.print_on, letter.clearance = State.WITHDRAWN, None, None
            letter.claimed_by_id = letter.claimed_at = letter.claimed_until = None
        session.add(event)
    session.flush()
    states = {letter.id: letter.state for letter in erased}
    session.execute(
        update(Approval)
        .where(Approval.letter_id.in_(states), Approval.answer.is_(None), Approval.ended_at.is_(None))
        .values(ended_at=now)
    )
    remove_personal_data(session, states, now)
    return len(states)
