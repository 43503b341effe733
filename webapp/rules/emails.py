"""E-mail addresses: normalised form, syntax check without DNS, and a key that identifies the mailbox."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from webapp.rules.findings import Code, RefusedError
from webapp.rules.text_cleaning import clean_line
from webapp.rules.words import INVISIBLE, compose

MAX_EMAIL_LENGTH = 254
"""Bytes (RFC 5321, section 4.5.3.1.3); `email_validator` enforces it."""

_MAX_TYPED_LENGTH = 4 * MAX_EMAIL_LENGTH
"""Characters as typed, invisible ones included; more are refused unread."""

_INVISIBLE_CHARACTERS = "".join(
    chr(code_point) for first, last in INVISIBLE for code_point in range(first, last + 1)
)
"""Stripped from both ends: an address copied from a contact card is enclosed in direction marks. Never
removed inside an address, as that would name another one."""

ENCODED_WORD = re.compile(r"=\?(?=[^?]*\?[bq]\?)", re.IGNORECASE)
"""The start of a MIME encoded-word (RFC 2047, section 2). Mail programs decode it anywhere, so it can hide
other text; no real address contains it."""

_IDEOGRAPHIC_FULL_STOPS = str.maketrans("\u3002\uff61", "..")
_PAIRS = frozenset(
    (
        "<>",
        "()",
        "[]",
        "{}",
        '""',
        "''",
        "“”",
        "\u2018\u2019",
        "„“",
        "«»",
        "「」",
        "『』",
        "《》",
        "〈〉",
        "【】",
    )
)
"""Brackets and quotation marks around a whole address. No domain ends with one of them."""
_MAX_LAYERS = 10
"""Layers around an address that are taken off; a bound, as each takes time in proportion to the length."""
_DISPLAY_NAME = re.compile(r"[^<>]*<([^<>]*)>")
_MAILTO = re.compile(r"mailto:(?://)?", re.IGNORECASE)
_BETWEEN_ADDRESSES = re.compile(r"[\s,;]+")
_NOT_IN_LOCAL_PART = re.compile(r"[^A-Za-z0-9.!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]")
_NOT_IN_DOMAIN = re.compile(r"[^A-Za-z0-9.\x80-\U0010ffff-]")
_MAX_LOCAL_PART_LENGTH = 64
"""Characters (RFC 5321, section 4.5.3.1.1); `email_validator` allows more, unless it is strict."""

DOTS_IGNORED_AT = frozenset({"gmail.com", "googlemail.com"})
"""Domains of one provider, at which dots in the local part make no difference."""


class EmailFault(StrEnum):
    """What is wrong with an address: the parameter ``reason`` of the finding ``email.invalid``."""

    NO_AT = "no_at"
    SEVERAL_ATS = "several_ats"
    SEVERAL_ADDRESSES = "several_addresses"
    SPACE = "space"
    INVISIBLE_CHARACTER = "invisible_character"
    CHARACTER = "character"
    """The parameter ``character`` is the first character that no address can have."""
    NOTHING_BEFORE_AT = "nothing_before_at"
    NOTHING_AFTER_AT = "nothing_after_at"
    DOTS = "dots"
    NO_ENDING = "no_ending"
    TOO_LONG = "too_long"
    DOMAIN = "domain"
    """No mail server can have that name, or it is reserved, such as ``localhost`` and ``example.test``."""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An e-mail address with valid syntax; whether its domain exists is not checked.

    Attributes:
        text: The normalised address, to send mail to.
        key: Equal for all spellings of one mailbox: in lower case, without “+tag” at any provider, without
            dots at Gmail. For matching only, never to send mail to.
    """

    text: str
    key: str


def read_email(typed: str) -> EmailAddress:
    """Parse an e-mail address. The domain is not looked up, so that no request waits for the network.

    It is normalised before it is judged: full-width and other compatibility characters become plain ones, an
    ideographic full stop a dot; a display name, ``mailto:``, brackets, quotation marks and spaces around the
    address, and a comma or semicolon after it, are taken off.

    Raises:
        RefusedError: It is empty, or no address to which mail can be sent; the parameter ``reason`` is an
            `EmailFault`, and is missing for a MIME encoded-word and other rare cases.
    """
    typed = typed.strip()
    if len(typed) > _MAX_TYPED_LENGTH:
        raise RefusedError(Code.EMAIL_INVALID, reason=EmailFault.TOO_LONG)
    text = _bare_address(typed)
    if not text:
        raise RefusedError(Code.EMAIL_MISSING)
    if ENCODED_WORD.search(text):
        raise RefusedError(Code.EMAIL_INVALID)
    _check_form(text)
    try:
        valid = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        if text.rpartition("@")[0].isascii():
            raise RefusedError(Code.EMAIL_INVALID, reason=EmailFault.DOMAIN) from error
        raise RefusedError(Code.EMAIL_INVALID) from error
    return EmailAddress(valid.normalized, _mailbox_key(valid.local_part, valid.ascii_domain))


def _bare_address(typed: str) -> str:
    """Return the normalised address without what people and programs write around it.

    Of more than `_MAX_LAYERS` layers the inner ones stay, and keep it from being an address.
    """
    text = typed
    for _ in range(_MAX_LAYERS):
        before = text
        text = _with_plain_characters(clean_line(text)).strip(_INVISIBLE_CHARACTERS + " ")
        text = text.rstrip(_INVISIBLE_CHARACTERS + " ,;")
        if text[:1] + text[-1:] in _PAIRS:
            text = text[1:-1]
        elif named := _DISPLAY_NAME.fullmatch(text):
            text = named[1]
        elif scheme := _MAILTO.match(text):
            # RFC 6068: the query holds subject and text, and the address is percent-encoded.
            text = unquote(text[scheme.end() :].partition("?")[0])
        if text == before:
            break
    return text


def _with_plain_characters(text: str) -> str:
    """Return ``text`` in NFKC, but for characters that would become several with a punctuation mark in them.

    Those are refused later: “⒈” isn't a dot in a domain, nor “℅” a slash in a local part.
    """
    if text.isascii():
        return text
    return compose("".join(map(_plain_character, text))).translate(_IDEOGRAPHIC_FULL_STOPS)


def _plain_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 or plain.isalnum() else character


def _check_form(text: str) -> None:
    """Refuse an address for what can be said of it in a sentence; `validate_email` finds the rest.

    Raises:
        RefusedError: with an `EmailFault`.
    """
    local_part, _, domain = text.rpartition("@")
    wrong_character = _NOT_IN_LOCAL_PART.search(local_part) or _NOT_IN_DOMAIN.search(domain)
    parts_with_at = sum("@" in part for part in _BETWEEN_ADDRESSES.split(text))
    # The first that is true is told: the later ones often follow from it.
    conditions = {
        EmailFault.INVISIBLE_CHARACTER: not set(_INVISIBLE_CHARACTERS).isdisjoint(text),
        EmailFault.NO_AT: "@" not in text,
        EmailFault.SEVERAL_ADDRESSES: parts_with_at > 1,
        EmailFault.SEVERAL_ATS: "@" in local_part,
        EmailFault.SPACE: " " in text,
        EmailFault.NOTHING_BEFORE_AT: not local_part,
        EmailFault.NOTHING_AFTER_AT: not domain,
        EmailFault.CHARACTER: wrong_character is not None,
        EmailFault.DOTS: ".." in text or any(part != part.strip(".") for part in (local_part, domain)),
        EmailFault.NO_ENDING: "." not in domain,
        EmailFault.TOO_LONG: len(text.encode(errors="replace")) > MAX_EMAIL_LENGTH
        or len(local_part) > _MAX_LOCAL_PART_LENGTH,
    }
    fault = next((fault for fault, is_met in conditions.items() if is_met), None)
    if fault is EmailFault.CHARACTER and wrong_character:
        raise RefusedError(Code.EMAIL_INVALID, reason=fault, character=wrong_character[0])
    if fault:
        raise RefusedError(Code.EMAIL_INVALID, reason=fault)


def _mailbox_key(local_part: str, domain: str) -> str:
    local_part = local_part.casefold()
    mailbox = local_part.partition("+")[0] or local_part
    domain = domain.casefold()
    if domain in DOTS_IGNORED_AT:
        mailbox, domain = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox}@{domain}"
