"""E-mail addresses: syntax check without DNS, normalised form, and a key that identifies the mailbox."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from webapp.rules.findings import Code, RefusedError
from webapp.rules.text_cleaning import clean_line
from webapp.rules.words import INVISIBLE

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

DOTS_IGNORED_AT = frozenset({"gmail.com", "googlemail.com"})
"""Domains of one provider, at which dots in the local part make no difference."""


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

    Raises:
        RefusedError: It is empty, too long, contains a MIME encoded-word, its syntax is invalid, or its
            domain is reserved, such as ``localhost`` and ``example.test``.
    """
    typed = typed.strip()
    if len(typed) > _MAX_TYPED_LENGTH or ENCODED_WORD.search(typed):
        raise RefusedError(Code.EMAIL_INVALID)
    text = clean_line(typed).strip(_INVISIBLE_CHARACTERS + " ")
    if not text:
        raise RefusedError(Code.EMAIL_MISSING)
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise RefusedError(Code.EMAIL_INVALID) from error
    return EmailAddress(valid.normalized, _mailbox_key(valid.local_part, valid.ascii_domain))


def _mailbox_key(local_part: str, domain: str) -> str:
    mailbox = local_part.casefold().split("+", maxsplit=1)[0] or local_part.casefold()
    domain = domain.casefold()
    if domain in DOTS_IGNORED_AT:
        mailbox, domain = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox}@{domain}"
