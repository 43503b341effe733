"""Names, postal addresses, phone numbers and e-mail addresses: read into values, or refused.

A real person must never be refused for what they are called or where they live, so each rule here
refuses only what can't be the thing asked for. What is merely odd is a matter for the editor.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat

from webapp.rules.findings import Code, RefusedError
from webapp.rules.stand_ins import is_address_stand_in, is_name_stand_in
from webapp.rules.submission import clean_line, clean_text, has_control_characters
from webapp.rules.words import EAST_ASIAN, count_words, normalise

LONGEST_NAME = 100
LONGEST_ADDRESS = 500
LEAST_EAST_ASIAN_ADDRESS = 5
"""Characters: shorter than this, an address written without spaces names a town and no street."""

_MARKUP = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,200}>|&[a-z]{2,8};|\[/?url")
_WEB = re.compile(r"(?:https?|ftp)\s*:\s*//|\bwww\.", re.IGNORECASE)
_BARE_DOMAIN = re.compile(
    r"(?<![\w.])[\w-]{2,63}\.(?:com|org|net|info|biz|hk|uk|cn|io|xyz|ru|tk)(?![\w.])", re.IGNORECASE
)
_EMAIL = re.compile(r"\S@\S{1,200}\.\w")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A writer's name as typed, in one line.

    Attributes:
        text: The name; case and script are the writer's.
        is_single: Whether it is one part only, as a mononym is, and as a forgotten surname makes it.
    """

    text: str
    is_single: bool


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as typed, line by line.

    Attributes:
        text: The address, its lines kept.
        is_po_box: Whether it names a box at a post office and no place where someone lives.
    """

    text: str
    is_po_box: bool


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number that can be dialled.

    Attributes:
        typed: What the writer typed, in one line.
        e164: The number as the networks write it, ``+85221234567``.
        extension: What to dial after the answer; empty when there is none.
        is_valid: Whether its country has given out numbers like it, and not only ones as long.
    """

    typed: str
    e164: str
    extension: str
    is_valid: bool


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An e-mail address, its syntax checked and its domain not asked.

    Attributes:
        text: The normalised address, to write to.
        key: What two spellings of one mailbox share, to match writers by; never written to.
    """

    text: str
    key: str


def is_east_asian(character: str) -> bool:
    """Tell whether ``character`` is one that counts as a word by itself."""
    return any(first <= ord(character) <= last for first, last in EAST_ASIAN)


def _names_an_internet_address(text: str) -> bool:
    return bool(_WEB.search(text) or _EMAIL.search(text) or _BARE_DOMAIN.search(text))


def read_name(typed: str) -> PersonName:
    """Read a person's name.

    Raises:
        RefusedError: it is empty, too long, or can't be anybody's name.
    """
    text = clean_line(typed)
    visible = normalise(text)
    if not visible:
        raise RefusedError(Code.NAME_MISSING)
    if has_control_characters(typed.strip()):
        raise RefusedError(Code.NAME_CONTROL_CHARACTERS)
    if len(text) > LONGEST_NAME:
        raise RefusedError(Code.NAME_TOO_LONG, limit=LONGEST_NAME, actual=len(text))
    if _MARKUP.search(text):
        raise RefusedError(Code.NAME_MARKUP)
    if _names_an_internet_address(text):
        raise RefusedError(Code.NAME_CONTACT)
    if not any(unicodedata.category(character)[0] == "L" for character in visible):
        raise RefusedError(Code.NAME_NO_LETTERS)
    if is_name_stand_in(visible):
        raise RefusedError(Code.NAME_STAND_IN)
    written_without_spaces = sum(is_east_asian(character) for character in visible) > 1
    return PersonName(text, is_single=len(visible.split()) == 1 and not written_without_spaces)


_PO_BOX = re.compile(
    r"\b(?:g\.?\s?)?p\.?\s?o\.?\s?box\b|\bpost(?:al)?\s?office\s?box\b|\bpost\s?box\b|\bpostfach\b"
    r"|\bapartado(?:\s(?:postal|de\scorreos))?\b|\bbo[iî]te\spostale\b|\bb\.?p\.?\s\d|\bcaixa\spostal\b"
    r"|\bcasella\spostale\b|\bpostbus\b|郵政信箱|邮政信箱|信箱",
    re.IGNORECASE,
)
_STREET_WORD = re.compile(
    r"\b(?:road|rd|street|st|avenue|ave|lane|drive|court|house|building|bldg|tower|block|flat|apartment|apt"
    r"|floor|terrace|close|estate|village|square|path|suite|unit|mansion|garden|gardens|crescent)\b|[路街道巷弄號号樓楼室]",
    re.IGNORECASE,
)


def read_address(typed: str) -> PostalAddress:
    """Read a postal address of any country; no postcode is asked for, as Hong Kong has none.

    Raises:
        RefusedError: it is empty, too long, or can't be where somebody lives.
    """
    text = clean_text(typed)
    visible = normalise(text)
    if not visible.strip():
        raise RefusedError(Code.ADDRESS_MISSING)
    if len(text) > LONGEST_ADDRESS:
        raise RefusedError(Code.ADDRESS_TOO_LONG, limit=LONGEST_ADDRESS, actual=len(text))
    if _MARKUP.search(text):
        raise RefusedError(Code.ADDRESS_MARKUP)
    if _WEB.search(text) or _EMAIL.search(text):
        raise RefusedError(Code.ADDRESS_CONTACT)
    if is_address_stand_in(visible):
        raise RefusedError(Code.ADDRESS_STAND_IN)
    east_asian = sum(is_east_asian(character) for character in visible)
    enough = east_asian >= LEAST_EAST_ASIAN_ADDRESS if east_asian else count_words(visible) > 1
    letters = sum(unicodedata.category(character)[0] == "L" for character in visible)
    if not enough or not letters:
        raise RefusedError(Code.ADDRESS_INCOMPLETE)
    return PostalAddress(text, is_po_box=bool(_PO_BOX.search(visible)) and not _STREET_WORD.search(visible))


def read_phone(typed: str, country: str) -> PhoneNumber:
    """Read a phone number as it is dialled from ``country`` (two capital letters), or with its ``+``.

    Raises:
        RefusedError: it is empty or no number that can be dialled.
    """
    text = clean_line(typed)
    if not text:
        raise RefusedError(Code.PHONE_MISSING)
    possible = [number for spelling in _spellings(text) if (number := _possible(spelling, country))]
    if not possible:
        raise RefusedError(Code.PHONE_IMPOSSIBLE)
    number = next(filter(phonenumbers.is_valid_number, possible), possible[0])
    return PhoneNumber(
        typed=text,
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        extension=number.extension or "",
        is_valid=phonenumbers.is_valid_number(number),
    )


LONGEST_PHONE = 100
_BETWEEN_NUMBERS = re.compile(r"\s*(?:[/;,]|\bor\b|\band\b)\s*", re.IGNORECASE)
_ABROAD = re.compile(r"^\D{0,3}00(?=[1-9\s-])")


def _spellings(text: str) -> list[str]:
    """List what the writer may have meant, likeliest first.

    People dial 00 for "abroad" everywhere, also where the prefix is another: 00852… read in Hong Kong
    would be a Mexican number. And some give two numbers where one is asked for.
    """
    spellings: list[str] = []
    for spelling in (text, *_BETWEEN_NUMBERS.split(text)[:3]):
        spellings += [spelling, _ABROAD.sub("+", spelling)]
    return list(dict.fromkeys(spelling for spelling in spellings if len(spelling) <= LONGEST_PHONE))


def _possible(spelling: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(spelling, country)
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def read_email(typed: str) -> EmailAddress:
    """Read an e-mail address; its domain is not looked up, so that no request waits for the network.

    Raises:
        RefusedError: it is empty or not an address that mail can be sent to.
    """
    text = clean_line(typed)
    if not text:
        raise RefusedError(Code.EMAIL_MISSING)
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise RefusedError(Code.EMAIL_INVALID) from error
    return EmailAddress(valid.normalized, _email_key(valid.local_part, valid.ascii_domain or valid.domain))


DOTS_IGNORED_AT = frozenset({"gmail.com", "googlemail.com"})


def _email_key(local_part: str, domain: str) -> str:
    mailbox = local_part.casefold().split("+", maxsplit=1)[0] or local_part.casefold()
    domain = domain.casefold()
    if domain in DOTS_IGNORED_AT:
        mailbox, domain = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox}@{domain}"
