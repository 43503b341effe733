"""Who writes, and where they can be reached and verified."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from webapp.rules.addresses import PostalAddress, read_address
from webapp.rules.countries import COUNTRIES
from webapp.rules.emails import EmailAddress, read_email
from webapp.rules.findings import Code, Notes, RefusedError
from webapp.rules.names import PersonName, read_name
from webapp.rules.phones import PhoneNumber, read_phone
from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Asking
from webapp.rules.submission import Submission, clean_line

Value = TypeVar("Value")

LONGEST_DISTRICT = 100
"""Characters of the town or district that is printed under a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The writer's particulars; what the paper does not ask for, or was left out, is ``None`` or empty."""

    name: PersonName
    email: EmailAddress | None
    phone: PhoneNumber | None
    address: PostalAddress | None
    district: str
    country: str


def read_sender(submission: Submission, policy: Policy, notes: Notes) -> Sender | None:
    """Read the writer's particulars; nothing where the name was refused."""
    asked = policy.particulars
    name = notes.read(read_name, submission.name)
    if name and name.is_single:
        tell = notes.advise if submission.full_name_confirmed else notes.refuse
        tell(Code.NAME_SINGLE)
    country = notes.read(_read_country, submission.country, policy.paper.country) or policy.paper.country
    email = notes.read(_read_asked, asked.email, submission.email, read_email)
    phone = notes.read(_read_asked, asked.phone, submission.phone, lambda typed: read_phone(typed, country))
    if phone and not phone.is_valid:
        notes.advise(Code.PHONE_UNLIKELY)
    address = notes.read(_read_asked, asked.address, submission.address, read_address)
    if address and address.is_po_box:
        notes.advise(Code.ADDRESS_PO_BOX)
    district = notes.read(_read_district, asked.district, submission.district)
    if name is None:
        return None
    return Sender(
        name=name, email=email, phone=phone, address=address, district=district or "", country=country
    )


def _read_asked(asking: Asking, typed: str, reader: Callable[[str], Value]) -> Value | None:
    """Read what the paper asks for; what it doesn't ask for, or lets be left out, may be empty."""
    if asking is Asking.OFF or (asking is Asking.OPTIONAL and not typed.strip()):
        return None
    return reader(typed)


def _read_country(typed: str, default: str) -> str:
    country = clean_line(typed).upper()
    if not country:
        return default
    if country not in COUNTRIES:
        raise RefusedError(Code.COUNTRY_UNKNOWN)
    return country


def _read_district(asking: Asking, typed: str) -> str:
    district = clean_line(typed)
    if not district and asking is Asking.REQUIRED:
        raise RefusedError(Code.DISTRICT_MISSING)
    if len(district) > LONGEST_DISTRICT:
        raise RefusedError(Code.DISTRICT_TOO_LONG, limit=LONGEST_DISTRICT, actual=len(district))
    return "" if asking is Asking.OFF else district
