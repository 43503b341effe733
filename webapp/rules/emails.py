"""An e-mail address."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from webapp.rules.findings import Code, RefusedError
from webapp.rules.submission import clean_line
from webapp.rules.words import INVISIBLE

LONGEST_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3; the validator measures it in bytes."""

_FAR_TOO_LONG = 4 * LONGEST_EMAIL

_UNSEEN = "".join(chr(code_point) for first, last in INVISIBLE for code_point in range(first, last + 1))
"""An address copied from a contact card comes between direction marks. Within it they would name another."""

ENCODED_WORD = re.compile(r"=\?(?=[^?]*\?[bq]\?)", re.IGNORECASE)
"""Begins what programs that read and write mail decode wherever it stands, whatever may be hidden in it (RFC
2047, section 2). Nobody's address has it."""

DOTS_IGNORED_AT = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An e-mail address, its syntax checked and its domain not asked.

    Attributes:
        text: The normalised address, to write to.
        key: What two spellings of one mailbox share, to match writers by; never written to.
    """

    text: str
    key: str


def read_email(typed: str) -> EmailAddress:
    """Read an e-mail address; its domain is not looked up, so that no request waits for the network.

    Raises:
        RefusedError: it is empty or not an address that mail can be sent to.
    """
    typed = typed.strip()
    if len(typed) > _FAR_TOO_LONG or ENCODED_WORD.search(typed):
        raise RefusedError(Code.EMAIL_INVALID)
    text = clean_line(typed).strip(_UNSEEN + " ")
    if not text:
        raise RefusedError(Code.EMAIL_MISSING)
    try:
        valid = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise RefusedError(Code.EMAIL_INVALID) from error
    return EmailAddress(valid.normalized, _key(valid.local_part, valid.ascii_domain))


def _key(local_part: str, domain: str) -> str:
    mailbox = local_part.casefold().split("+", maxsplit=1)[0] or local_part.casefold()
    domain = domain.casefold()
    if domain in DOTS_IGNORED_AT:
        mailbox, domain = mailbox.replace(".", ""), "gmail.com"
    return f"{mailbox}@{domain}"
