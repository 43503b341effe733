"""Column types that mean the same on SQLite and PostgreSQL."""

import dataclasses
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum, LargeBinary
from sqlalchemy.types import TypeDecorator

from webapp.store.seal import Seal


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite, which drops time zones, gives it back with one all the same."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Refuse a time without a zone, and turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Give the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def string_enum(members: type[StrEnum], name: str) -> Enum:
    """Return a text column type that takes the members' values only, held by a CHECK called ``name``."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda enum: [member.value for member in enum],
        length=40,
    )


SEAL = "lettersdesk_seal"
"""Where an engine's dialect keeps the seal: all that a column type is told of the store that it works for."""


class SealMissingError(Exception):
    """The store was opened without the key to what is sealed in it."""


def seal_for(dialect: Dialect) -> Seal:
    """Return the seal of the store that ``dialect`` speaks to.

    Raises:
        SealMissingError: it was opened without one.
    """
    seal = getattr(dialect, SEAL, None)
    if not isinstance(seal, Seal):
        raise SealMissingError
    return seal


class Sealed(TypeDecorator[str]):
    """A text that is kept sealed; comparing or ordering by it in SQL means nothing."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        """Seal for that purpose alone."""
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal."""
        return None if value is None else seal_for(dialect).close(value.encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open."""
        return None if value is None else seal_for(dialect).open(value, self.purpose).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a correspondent is reached; all that is kept sealed of them.

    Attributes:
        name: The full name, also where it is printed and stands open elsewhere.
        phone_typed: The number as it was typed; ``phone_e164`` is its form in the networks.
    """

    name: str = ""
    email: str = ""
    phone_typed: str = ""
    phone_e164: str = ""
    phone_extension: str = ""
    address: str = ""


class SealedContact(TypeDecorator[Contact]):
    """A `Contact`, kept sealed as a whole."""

    impl = LargeBinary
    cache_ok = True
    purpose = "contact"

    def process_bind_param(self, value: Contact | None, dialect: Dialect) -> bytes | None:
        """Seal."""
        if value is None:
            return None
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return seal_for(dialect).close(json.dumps(fields).encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Contact | None:
        """Open."""
        return None if value is None else Contact(**json.loads(seal_for(dialect).open(value, self.purpose)))
