"""Erasure: finding all letters of a person by e-mail, phone or reference, and erasing their personal data."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, joinedload

from webapp.letters.intake.new_letter import read_reference
from webapp.letters.intake.writer_history import EMAIL, PHONE, writer_keys_of
from webapp.letters.privacy.retention import remove_personal_data
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.phones import read_phone
from webapp.rules.states import State
from webapp.store.column_types import seal_of_dialect
from webapp.store.models import Approval, Event, EventKind, Letter, Particulars

CLOSED_STATES = frozenset({State.PUBLISHED, State.DECLINED, State.WITHDRAWN})
"""States in which a letter stays; letters in other states are withdrawn by an erasure."""


class IdentifierKind(StrEnum):
    """By what a person is looked for."""

    EMAIL = "email"
    PHONE = "phone"
    REFERENCE = "reference"


class UnreadableIdentifierError(Exception):
    """The typed e-mail address or phone number can't be read as one."""


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """A search for a person's letters.

    Attributes:
        identifier_kind: What ``typed`` is.
        typed: The e-mail address, phone number or reference as it was typed.
    """

    identifier_kind: IdentifierKind
    typed: str


def find_letters_of_person(
    session: Session, sought: PersonQuery, countries: Iterable[str]
) -> Sequence[Letter]:
    """Return all letters of a person to all papers, oldest first, with their particulars.

    A search by reference also finds the other letters from that letter's e-mail address. A phone number
    doesn't find purged letters: its blind index is removed by a purge.

    Args:
        session: An open session.
        sought: The search.
        countries: The ISO codes of the countries in which a phone number without a country code may be.

    Raises:
        UnreadableIdentifierError: the typed e-mail address or phone number can't be read.
    """
    query = (
        select(Letter)
        .join(Particulars)
        .where(_person_condition(session, sought, countries))
        .options(joinedload(Letter.particulars))
        .order_by(Letter.id)
    )
    return session.scalars(query).all()


def erase_personal_data(
    session: Session, letters: Iterable[Letter], *, editor_id: int | None, now: datetime
) -> int:
    """Erase the personal data of these letters' writers; return how many letters were changed.

    The retention period doesn't matter. A letter that was not decided on is withdrawn, because its writer
    can't be asked about it any more. Each letter gets an event.

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


def guess_identifier_kind(session: Session, typed: str) -> PersonQuery:
    """Return the search for a text that is an e-mail address, a phone number or a reference."""
    if "@" in typed:
        return PersonQuery(IdentifierKind.EMAIL, typed)
    same_reference = select(Letter.id).where(Letter.reference == read_reference(typed))
    is_reference = session.scalar(same_reference) is not None
    return PersonQuery(IdentifierKind.REFERENCE if is_reference else IdentifierKind.PHONE, typed)


def _person_condition(session: Session, sought: PersonQuery, countries: Iterable[str]) -> ColumnElement[bool]:
    seal = seal_of_dialect(session.get_bind().dialect)
    if sought.identifier_kind is IdentifierKind.EMAIL:
        return Particulars.email_blind.in_(seal.blind_indexes(_email_key(sought.typed), EMAIL))
    if sought.identifier_kind is IdentifierKind.PHONE:
        numbers = _phone_numbers(sought.typed, countries)
        return Particulars.phone_blind.in_(
            [index for number in numbers for index in seal.blind_indexes(number, PHONE)]
        )
    reference = read_reference(sought.typed)
    particulars = session.scalar(select(Particulars).join(Letter).where(Letter.reference == reference))
    has_reference = Letter.reference == reference
    if particulars is None or not particulars.email_blind:
        return has_reference
    blind_indexes = (
        seal.blind_indexes(writer_keys_of(particulars.contact).email_key, EMAIL)
        if particulars.contact
        else []
    )
    return or_(has_reference, Particulars.email_blind.in_([particulars.email_blind, *blind_indexes]))


def _email_key(typed: str) -> str:
    try:
        return read_email(typed).key
    except RefusedError as error:
        raise UnreadableIdentifierError from error


def _phone_numbers(typed: str, countries: Iterable[str]) -> set[str]:
    numbers = set()
    for country in countries:
        with suppress(RefusedError):
            numbers.add(read_phone(typed, country).e164)
    if not numbers:
        raise UnreadableIdentifierError
    return numbers
