"""The writer's name and contact particulars: e-mail, phone, postal address, district, country."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from webapp.rules.addresses import PostalAddress, read_address
from webapp.rules.countries import COUNTRIES
from webapp.rules.emails import EmailAddress, read_email
from webapp.rules.enums import Requirement
from webapp.rules.findings import Code, FindingCollector, RefusedError
from webapp.rules.mistyped_domains import intended_domain
from webapp.rules.names import PersonName, read_name
from webapp.rules.phones import PhoneNumber, read_phone
from webapp.rules.policy import Policy
from webapp.rules.submission import Submission
from webapp.rules.text_cleaning import clean_line

Value = TypeVar("Value")

MAX_DISTRICT_LENGTH = 100
"""Characters of the town or district that is printed under a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The writer's parsed particulars.

    All but name and country are ``None`` or empty where the paper does not ask for it, the writer left it
    out, or it was refused.

    Attributes:
        name: Also a name of one part that was refused because the writer hasn't confirmed it.
        district: The town or district printed under the letter, in one line.
        country: ISO 3166-1 code; the paper's own country if the writer gave none or an unknown one.
    """

    name: PersonName
    email: EmailAddress | None
    phone: PhoneNumber | None
    address: PostalAddress | None
    district: str
    country: str


def read_sender(submission: Submission, policy: Policy, collector: FindingCollector) -> Sender | None:
    """Parse the writer's particulars and collect findings on them; ``None`` if `read_name` refused the name.

    A name of one part is refused, but returned, until the writer confirms that it is the full name; then it
    passes with an advisory. So is an e-mail address with the mistyped domain of a well-known provider, until
    the writer confirms it; it is never changed. A PO box and a phone number in no assigned range pass with an
    advisory too.
    Particulars that the paper doesn't ask for are neither checked nor returned, but for the length of the
    district, which is checked.
    """
    requirements = policy.particulars
    name = collector.read_or_refuse(read_name, submission.name)
    if name and name.is_single:
        add_finding = collector.advise if submission.full_name_confirmed else collector.refuse
        add_finding(Code.NAME_SINGLE)
    country = (
        collector.read_or_refuse(_read_country, submission.country, policy.paper.country)
        or policy.paper.country
    )
    email = collector.read_or_refuse(_read_if_required, requirements.email, submission.email, read_email)
    if email:
        _question_domain(email, collector, is_confirmed=submission.email_confirmed)
    phone = collector.read_or_refuse(
        _read_if_required, requirements.phone, submission.phone, lambda typed: read_phone(typed, country)
    )
    if phone and not phone.is_valid:
        collector.advise(Code.PHONE_UNLIKELY)
    address = collector.read_or_refuse(
        _read_if_required, requirements.address, submission.address, read_address
    )
    if address and address.is_po_box:
        if requirements.po_box:
            collector.advise(Code.ADDRESS_PO_BOX)
        else:
            collector.refuse(Code.ADDRESS_PO_BOX)
    _check_one_of(submission, requirements.one_of, collector)
    district = collector.read_or_refuse(_read_district, requirements.district, submission.district)
    if name is None:
        return None
    return Sender(
        name=name, email=email, phone=phone, address=address, district=district or "", country=country
    )


def _question_domain(email: EmailAddress, collector: FindingCollector, *, is_confirmed: bool) -> None:
    """Refuse an address whose domain looks mistyped; add an advisory instead if the writer keeps it."""
    mailbox, _, domain = email.text.rpartition("@")
    intended = intended_domain(domain)
    if intended and is_confirmed:
        # The domain alone: advisories are stored unencrypted.
        collector.advise(Code.EMAIL_MISTYPED, suggestion=intended)
    elif intended:
        collector.refuse(Code.EMAIL_MISTYPED, suggestion=f"{mailbox}@{intended}")


def _check_one_of(submission: Submission, one_of: tuple[str, ...], collector: FindingCollector) -> None:
    """Refuse a submission that has none of the particulars of which one is required, at the first of them.

    One that is typed, but can't be read, has its own refusal.
    """
    typed = {"email": submission.email, "phone": submission.phone, "address": submission.address}
    if one_of and not any(typed[name].strip() for name in one_of):
        # The first of two or more of these three, in the form's order, is never the address.
        code = Code.EMAIL_ONE_OF if one_of[0] == "email" else Code.PHONE_ONE_OF
        collector.refuse(code, fields=" ".join(one_of))


def _read_if_required(requirement: Requirement, typed: str, reader: Callable[[str], Value]) -> Value | None:
    """Return what ``reader`` parses; ``None`` for a field that is off, or optional and left empty."""
    if requirement is Requirement.OFF or (requirement is Requirement.OPTIONAL and not typed.strip()):
        return None
    return reader(typed)


def _read_country(typed: str, default: str) -> str:
    country = clean_line(typed).upper()
    if not country:
        return default
    if country not in COUNTRIES:
        raise RefusedError(Code.COUNTRY_UNKNOWN)
    return country


def _read_district(requirement: Requirement, typed: str) -> str:
    """Return the district in one line. It is checked even where the paper asks for none, but then dropped."""
    district = clean_line(typed)
    if not district and requirement is Requirement.REQUIRED:
        raise RefusedError(Code.DISTRICT_MISSING)
    if len(district) > MAX_DISTRICT_LENGTH:
        raise RefusedError(Code.DISTRICT_TOO_LONG, limit=MAX_DISTRICT_LENGTH, actual=len(district))
    return "" if requirement is Requirement.OFF else district
