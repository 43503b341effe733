"""Being on a letter: one colleague at a time, for a while, so that nobody rings a writer twice.

A claim is not a change of the letter: its version stays, and what a colleague has open stays good.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, select, update
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import (
    DONE_WITH,
    Actor,
    ClaimedByOtherError,
    lock_letter,
    refuse_if_claimed,
)
from webapp.letters.lookup import LetterMissingError
from webapp.rules.states import State
from webapp.store.models import Event, EventKind, Letter, Role
from webapp.store.statements import rows_changed

CLAIM_LASTS = timedelta(minutes=30)
"""From the holder's last doing on the letter: longer than a call to its writer, shorter than a lunch."""
NOBODYS = DONE_WITH | {State.WITHDRAWN}
"""States in which there is nothing to be on a letter for."""


class NothingToClaimError(Exception):
    """The letter is decided on or withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A colleague is on a letter.

    Attributes:
        since: When it was claimed.
        until: When it ends by itself, if nothing more is done.
    """

    editor_id: int
    name: str
    since: datetime
    until: datetime


def current_claim(letter: Letter, now: datetime) -> Claim | None:
    """Return who is on a letter, which was read with its holder; one that has run out holds nothing."""
    since, until, holder = letter.claimed_at, letter.claimed_until, letter.claimed_by
    if since is None or until is None or holder is None or until <= now:
        return None
    return Claim(editor_id=holder.id, name=holder.name, since=since, until=until)


def claim(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Put somebody on a letter that is free; who is on it already stays so for longer.

    Raises:
        LetterMissingError: there is none with that reference.
        ClaimedByOtherError: a colleague is on it.
        NothingToClaimError: it is decided on or withdrawn.
    """
    if renew(session, reference, by=by, now=now):
        return
    letter = lock_letter(session, reference)
    refuse_if_claimed(letter, by, now)
    if letter.state in NOBODYS:
        raise NothingToClaimError
    session.execute(_put_on(letter.id, by, now))
    session.add(Event(letter_id=letter.id, kind=EventKind.CLAIMED, at=now, editor_id=by.editor_id))


def renew(session: Session, reference: str, *, by: Actor, now: datetime) -> bool:
    """Let the claim of somebody who is at work on a letter run anew; tell whether there was one."""
    held = update(Letter).where(Letter.reference == reference, _is_held_by(by.editor_id, now))
    return rows_changed(session, held.values(claimed_until=now + CLAIM_LASTS)) > 0


def release(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Let go of a letter; where somebody is not on it, or not any more, nothing happens.

    Raises:
        LetterMissingError: there is none with that reference.
    """
    letter_id = session.scalar(select(Letter.id).where(Letter.reference == reference))
    if letter_id is None:
        raise LetterMissingError
    _release(session, and_(Letter.id == letter_id, _is_held_by(by.editor_id, now)), by.editor_id, now)


def release_all(session: Session, editor_id: int, now: datetime, *, by_id: int | None = None) -> None:
    """Let go of all letters that somebody is on who leaves the desk, or whom ``by_id`` sends away."""
    _release(session, _is_held_by(editor_id, now), editor_id, now, by_id=by_id)


def take_over(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Put a chief on a letter in the place of whoever is on it; for everybody else it is a claim.

    Raises:
        LetterMissingError: there is none with that reference.
        ClaimedByOtherError: a colleague is on it, and it is no chief who wants it.
        NothingToClaimError: it is decided on or withdrawn.
    """
    letter = lock_letter(session, reference)
    try:
        refuse_if_claimed(letter, by, now)
    except ClaimedByOtherError as claimed:
        if by.role is not Role.CHIEF:
            raise
        session.execute(_put_on(letter.id, by, now))
        session.add(
            Event(
                letter_id=letter.id,
                kind=EventKind.TAKEN_OVER,
                at=now,
                editor_id=by.editor_id,
                concerns_id=claimed.editor_id,
            )
        )
    else:
        claim(session, reference, by=by, now=now)


def _is_held_by(editor_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(Letter.claimed_by_id == editor_id, Letter.claimed_until > now)


def _put_on(letter_id: int, by: Actor, now: datetime) -> Update:
    return (
        update(Letter)
        .where(Letter.id == letter_id)
        .values(claimed_by_id=by.editor_id, claimed_at=now, claimed_until=now + CLAIM_LASTS)
    )


def _release(
    session: Session,
    which: ColumnElement[bool],
    editor_id: int,
    now: datetime,
    *,
    by_id: int | None = None,
) -> None:
    by_other = by_id is not None and by_id != editor_id
    released = session.scalars(
        update(Letter)
        .where(which)
        .values(claimed_by_id=None, claimed_at=None, claimed_until=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.add_all(
        Event(
            letter_id=letter_id,
            kind=EventKind.RELEASED,
            at=now,
            editor_id=by_id if by_other else editor_id,
            concerns_id=editor_id if by_other else None,
        )
        for letter_id in released
    )
