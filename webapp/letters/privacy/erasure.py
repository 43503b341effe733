"""Everything that is kept of one person: found, and erased when that person wants it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.letters.intake.new_letter import read_reference
from webapp.letters.intake.writer_history import EMAIL, PHONE, keys_of
from webapp.letters.privacy.retention import take_away
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.phones import read_phone
from webapp.rules.states import State
from webapp.store.column_types import seal_for
from webapp.store.models import Approval, Event, EventKind, Letter, Particulars

ENDED = frozenset({State.PUBLISHED, State.DECLINED, State.WITHDRAWN})
"""States in which a letter goes nowhere without its writer."""


class KnownBy(StrEnum):
    """What somebody is looked for by."""

    EMAIL = "email"
    PHONE = "phone"
    REFERENCE = "reference"


class NobodyMeantError(Exception):
    """What was typed is no e-mail address, no phone number and no reference."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A person who is looked for.

    Attributes:
        known_by: What ``typed`` is.
        typed: As it was typed.
    """

    known_by: KnownBy
    typed: str


def letters_of(session: Session, sought: Sought, countries: Iterable[str]) -> Sequence[Letter]:
    """Return all letters of a person, of every paper, oldest first, with their particulars.

    By the reference of one letter those are found, too, that came from the same e-mail address. A phone
    number finds only letters that were not purged: its trace goes with it.

    Args:
        session: The store.
        sought: Who.
        countries: From where a phone number may have been written as it is dialled there.

    Raises:
        NobodyMeantError: what was typed can't be read.
    """
    query = (
        select(Letter)
        .join(Particulars)
        .where(_is_theirs(session, sought, countries))
        .options(joinedload(Letter.particulars))
        .order_by(Letter.id)
    )
    return session.scalars(query).all()


def erase(session: Session, letters: Iterable[Letter], *, editor_id: int | None, now: datetime) -> int:
    """Take away what is kept of the writer of these letters; return how many letters had something left.

    A letter that was not decided on yet is withdrawn with that: nobody could be asked about it any more. It
    goes at once, whatever the paper's time for keeping.

    Args:
        session: The transaction.
        letters: Whose; those that were purged before stay as they are.
        editor_id: Who does it at the desk; nobody where an operator does.
        now: The present moment.
    """
    numbers = [letter.id for letter in letters]
    query = (
        select(Letter)
        .join(Particulars)
        .where(Letter.id.in_(numbers))
        .where(or_(Particulars.purged_at.is_(None), Letter.state.not_in(ENDED)))
        .order_by(Letter.id)
        .with_for_update(of=Letter)
        .execution_options(populate_existing=True)
    )
    erased = session.scalars(query).all()
    for letter in erased:
        event = Event(letter_id=letter.id, kind=EventKind.ERASED, at=now, editor_id=editor_id)
        if letter.state not in ENDED:
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
    take_away(session, states, now)
    return len(states)


def guess_what_is_meant(session: Session, typed: str) -> Sought:
    """Tell what somebody typed who was asked for any of the three."""
    if "@" in typed:
        return Sought(KnownBy.EMAIL, typed)
    named = select(Letter.id).where(Letter.reference == read_reference(typed))
    is_reference = session.scalar(named) is not None
    return Sought(KnownBy.REFERENCE if is_reference else KnownBy.PHONE, typed)


def _is_theirs(session: Session, sought: Sought, countries: Iterable[str]) -> ColumnElement[bool]:
    seal = seal_for(session.get_bind().dialect)
    if sought.known_by is KnownBy.EMAIL:
        return Particulars.email_blind.in_(seal.blind_indexes(_email_key(sought.typed), EMAIL))
    if sought.known_by is KnownBy.PHONE:
        numbers = _numbers(sought.typed, countries)
        return Particulars.phone_blind.in_(
            [blind for number in numbers for blind in seal.blind_indexes(number, PHONE)]
        )
    reference = read_reference(sought.typed)
    named = session.scalar(select(Particulars).join(Letter).where(Letter.reference == reference))
    is_named = Letter.reference == reference
    if named is None or not named.email_blind:
        return is_named
    blinds = seal.blind_indexes(keys_of(named.contact).email_key, EMAIL) if named.contact else []
    return or_(is_named, Particulars.email_blind.in_([named.email_blind, *blinds]))


def _email_key(typed: str) -> str:
    try:
        return read_email(typed).key
    except RefusedError as error:
        raise NobodyMeantError from error


def _numbers(typed: str, countries: Iterable[str]) -> set[str]:
    numbers = set()
    for country in countries:
        with suppress(RefusedError):
            numbers.add(read_phone(typed, country).e164)
    if not numbers:
        raise NobodyMeantError
    return numbers
