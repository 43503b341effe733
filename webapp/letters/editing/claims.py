"""Claims: an exclusive, expiring lock of one editor on one letter (30 minutes, renewed by work on it).

It claims, renews, releases and takes over. Other operations on letters don't renew a claim: the desk calls
`renew_claim` after them. A claim keeps two editors from calling the same writer. It doesn't change the
letter's version: a page that a colleague has open stays valid.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, select, update
from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import (
    DECIDED_STATES,
    Actor,
    ClaimedByOtherError,
    lock_letter,
    refuse_if_claimed,
)
from webapp.letters.lookup import LetterMissingError
from webapp.rules.enums import State
from webapp.store.models import Event, EventKind, Letter, Role
from webapp.store.statements import rows_changed

CLAIM_DURATION = timedelta(minutes=30)
"""From the holder's last work on the letter: longer than a call to its writer, shorter than a lunch break."""
UNCLAIMABLE_STATES = DECIDED_STATES | {State.WITHDRAWN}
"""States in which a letter can't be claimed: there is nothing left to do."""


class NothingToClaimError(Exception):
    """The letter can't be claimed: it is published, declined or withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The claim on a letter.

    Attributes:
        editor_id: The editor who holds it.
        name: That editor's `distinct_name`.
        since: When the letter was claimed.
        until: When the claim expires unless it is renewed.
    """

    editor_id: int
    name: str
    since: datetime
    until: datetime


def current_claim(letter: Letter, now: datetime) -> Claim | None:
    """Return the claim on a letter; ``None`` if there is none or it has expired.

    ``letter`` must have been read with ``claimed_by``.
    """
    since, until, holder = letter.claimed_at, letter.claimed_until, letter.claimed_by
    if since is None or until is None or holder is None or until <= now:
        return None
    return Claim(editor_id=holder.id, name=holder.distinct_name, since=since, until=until)


def claim(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Claim a letter that nobody else holds; if the editor holds it already, renew the claim.

    A new claim locks the letter and is recorded as an event; a renewal isn't recorded. An expired claim
    counts as none, whoever held it.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        ClaimedByOtherError: a colleague holds the claim.
        NothingToClaimError: the letter is published, declined or withdrawn.
    """
    if renew_claim(session, reference, by=by, now=now):
        return
    letter = lock_letter(session, reference)
    refuse_if_claimed(letter, by, now)
    if letter.state in UNCLAIMABLE_STATES:
        raise NothingToClaimError
    session.execute(_set_claim(letter.id, by, now))
    session.add(Event(letter_id=letter.id, kind=EventKind.CLAIMED, at=now, editor_id=by.editor_id))


def renew_claim(session: Session, reference: str, *, by: Actor, now: datetime) -> bool:
    """Extend the editor's claim to `CLAIM_DURATION` from now; return whether they held one.

    An expired claim isn't extended, and no event is recorded. ``False`` also if no letter has that reference.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        by: The editor.
        now: The present moment, with a time zone.
    """
    held = update(Letter).where(Letter.reference == reference, _is_held_by(by.editor_id, now))
    return rows_changed(session, held.values(claimed_until=now + CLAIM_DURATION)) > 0


def release(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """End the editor's claim on a letter and record it as an event.

    If they hold none, or it has expired, nothing happens.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
    """
    letter_id = session.scalar(select(Letter.id).where(Letter.reference == reference))
    if letter_id is None:
        raise LetterMissingError
    _release_where(session, and_(Letter.id == letter_id, _is_held_by(by.editor_id, now)), by.editor_id, now)


def release_all_claims(session: Session, editor_id: int, now: datetime, *, by_id: int | None = None) -> None:
    """End all claims of an editor who signs out or whose access ends; each letter gets an event.

    Claims that have expired stay as they are.

    Args:
        session: An open transaction.
        editor_id: The editor who holds the claims.
        now: The present moment, with a time zone.
        by_id: The id of the editor who causes it, for the events; ``None`` for the holder.
    """
    _release_where(session, _is_held_by(editor_id, now), editor_id, now, by_id=by_id)


def take_over(session: Session, reference: str, *, by: Actor, now: datetime) -> None:
    """Claim a letter for a chief even if a colleague holds it; for other editors it is the same as `claim`.

    The letter is locked. Taking a claim from a colleague is recorded as an event that names the colleague.

    Args:
        session: An open transaction.
        reference: The letter's reference.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        LetterMissingError: no letter has that reference.
        ClaimedByOtherError: a colleague holds the claim, and the editor is no chief.
        NothingToClaimError: the letter is published, declined or withdrawn.
    """
    letter = lock_letter(session, reference)
    try:
        refuse_if_claimed(letter, by, now)
    except ClaimedByOtherError as claimed:
        if by.role is not Role.CHIEF:
            raise
        session.execute(_set_claim(letter.id, by, now))
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


def _set_claim(letter_id: int, by: Actor, now: datetime) -> Update:
    return (
        update(Letter)
        .where(Letter.id == letter_id)
        .values(claimed_by_id=by.editor_id, claimed_at=now, claimed_until=now + CLAIM_DURATION)
    )


def _release_where(
    session: Session,
    condition: ColumnElement[bool],
    editor_id: int,
    now: datetime,
    *,
    by_id: int | None = None,
) -> None:
    by_somebody_else = by_id is not None and by_id != editor_id
    released = session.scalars(
        update(Letter)
        .where(condition)
        .values(claimed_by_id=None, claimed_at=None, claimed_until=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.add_all(
        Event(
            letter_id=letter_id,
            kind=EventKind.RELEASED,
            at=now,
            editor_id=by_id if by_somebody_else else editor_id,
            concerns_id=editor_id if by_somebody_else else None,
        )
        for letter_id in released
    )
