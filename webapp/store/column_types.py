"""SQLAlchemy column types: UTC timestamps, string enums, encrypted text, encrypted contact details.

Beside them: `Contact`, the value of the last, the `Seal` that a dialect carries for the encrypted ones, and
how a value is read that no key decrypts (`UnopenedText`, `Contact.is_unopened`).
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import DateTime, Dialect, Enum, LargeBinary
from sqlalchemy.types import TypeDecorator

from webapp.store.seal import Seal, SealBrokenError


class UtcDateTime(TypeDecorator[datetime]):
    """A timestamp with time zone, stored and returned in UTC, also on SQLite, which drops time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Convert to UTC.

        Raises:
            ValueError: the time has no time zone; who executes the statement gets a `StatementError`.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Return the time in UTC with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def string_enum(members: type[StrEnum], name: str) -> Enum:
    """Return a column type for ``members``: their values as text of at most 40 characters, read as members.

    A CHECK constraint called ``name`` refuses other values.
    """
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda enum: [member.value for member in enum],
        length=40,
    )


SEAL_ATTRIBUTE = "lettersdesk_seal"
"""The attribute of an engine's dialect that holds the `Seal`: a column type gets only the dialect passed."""


class SealMissingError(Exception):
    """The `Database` was created without a seal, and a sealed column was read or written.

    Where a statement binds such a value, SQLAlchemy wraps this in a `StatementError`.
    """


def seal_of_dialect(dialect: Dialect) -> Seal:
    """Return the seal that `Database` attached to its engine's dialect.

    Raises:
        SealMissingError: the `Database` was created without a seal.
    """
    seal = getattr(dialect, SEAL_ATTRIBUTE, None)
    if not isinstance(seal, Seal):
        raise SealMissingError
    return seal


class UnopenedText(str):
    """A value of a `SealedText` that none of the keys decrypts: an empty text that remembers what is stored.

    Written again, it is stored as it was: the key may come back.
    """

    __slots__ = ("sealed",)
    sealed: bytes

    def __new__(cls, sealed: bytes) -> Self:
        """Return an empty text for the stored value."""
        unopened = super().__new__(cls)
        unopened.sealed = sealed
        return unopened


def opened(value: str) -> str:
    """Return a text that was read from a `SealedText`, where an empty one must not stand for a lost one.

    Raises:
        SealBrokenError: none of the keys decrypts it.
    """
    if isinstance(value, UnopenedText):
        raise SealBrokenError("no key opens it")
    return value


class SealedText(TypeDecorator[str]):
    """A text that is stored encrypted, NULL aside; SQL can't compare it or order by it.

    A value that can't be decrypted is read as an `UnopenedText`: one lost value must not keep anybody from
    the rest of its row, page or backup. Fetching a row raises `SealMissingError` where the `Database` has no
    seal.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        """Use the seal with ``purpose``, which must be unique to the column and can't be changed later."""
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt."""
        if isinstance(value, UnopenedText):
            return value.sealed
        return None if value is None else seal_of_dialect(dialect).close(value.encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt."""
        if value is None:
            return None
        try:
            return seal_of_dialect(dialect).open(value, self.purpose).decode()
        except SealBrokenError:
            return UnopenedText(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Name and contact details of a correspondent: everything that is stored encrypted of them.

    Attributes:
        name: The full name, also where it may be printed and is in `Particulars.printed_name` as well.
        email: The normalised address; empty without one, like every other field.
        phone_typed: The number as it was typed.
        phone_e164: The same number in E.164 form, without the extension.
        phone_extension: Digits to dial after the number.
        address: The postal address.
        answers: Answers to the paper's own questions, by the key of the question.
        unknown: What a later version has stored beside these, by its name: it is stored again as it is.
        sealed: The stored value, where none of the keys decrypts it; all else is empty then.
    """

    name: str = ""
    email: str = ""
    phone_typed: str = ""
    phone_e164: str = ""
    phone_extension: str = ""
    address: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, object] = field(default_factory=dict, repr=False)
    sealed: bytes = field(default=b"", repr=False)

    @property
    def is_unopened(self) -> bool:
        """Whether none of the keys decrypts what is stored."""
        return bool(self.sealed)


_CONTACT_FIELDS = tuple(
    each.name for each in dataclasses.fields(Contact) if each.name not in {"answers", "unknown", "sealed"}
)


class SealedContact(TypeDecorator[Contact]):
    """A `Contact` that is stored as one encrypted JSON object; SQL can't compare it or order by it.

    One that can't be decrypted is read as an empty one that `is_unopened`; written again, it is stored as it
    was. Fetching a row raises `SealMissingError` where the `Database` has no seal.
    """

    impl = LargeBinary
    cache_ok = True
    purpose = "contact"

    def process_bind_param(self, value: Contact | None, dialect: Dialect) -> bytes | None:
        """Encrypt."""
        if value is None:
            return None
        if value.is_unopened:
            return value.sealed
        fields = dict(value.unknown) | {name: getattr(value, name) for name in _CONTACT_FIELDS}
        # Earlier code knows no answers: it can read the contacts of all papers that ask no questions.
        if value.answers:
            fields["answers"] = dict(value.answers)
        return seal_of_dialect(dialect).close(json.dumps(fields).encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Contact | None:
        """Decrypt."""
        if value is None:
            return None
        try:
            fields = json.loads(seal_of_dialect(dialect).open(value, self.purpose))
        except SealBrokenError:
            return Contact(sealed=value)
        known = {name: fields.pop(name) for name in (*_CONTACT_FIELDS, "answers") if name in fields}
        return Contact(**known, unknown=fields)
