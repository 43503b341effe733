"""Finding all letters of a person, to all papers, by e-mail address, phone number or reference.

It also guesses which of these a typed text is.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from webapp.letters.intake.new_letter import read_reference
from webapp.letters.intake.writer_history import EMAIL, PHONE, writer_keys_of
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError
from webapp.rules.phones import read_phone
from webapp.store.column_types import seal_of_dialect
from webapp.store.models import Letter, Particulars


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

    The result is empty if none is found. Letters in every state are found, also those that await
    confirmation. The search isn't recorded. A search by reference also finds the other letters from that
    letter's e-mail address. A phone number doesn't find purged letters: its blind index is removed by a
    purge.

    Args:
        session: An open session.
        sought: The search.
        countries: The ISO codes of the countries in which a phone number without a country code may be.

    Raises:
        UnreadableIdentifierError: the typed e-mail address can't be read, or the phone number in none of the
            countries.
    """
    query = (
        select(Letter)
        .join(Particulars)
        .where(_person_condition(session, sought, countries))
        .options(joinedload(Letter.particulars))
        .order_by(Letter.id)
    )
    return session.scalars(query).all()


def guess_person_query(session: Session, typed: str) -> PersonQuery:
    """Return the search for a text that is an e-mail address, a phone number or a reference.

    With an ``@``, full-width too, it is an e-mail address, otherwise a reference if a letter has it, and else
    a phone number; whether it can be read as one isn't checked.
    """
    if "@" in unicodedata.normalize("NFKC", typed):
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
