"""MIME: an outbox message as an RFC 5322 e-mail with its SMTP envelope; headers can't be injected into."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email

from webapp.messages.leases_and_retries import LeasedMessage
from webapp.rules.emails import ENCODED_WORD
from webapp.rules.text_cleaning import clean_line

MAX_ENCODED_LINE_LENGTH = 76
"""Characters of a line that contains an encoded word (RFC 2047, section 2)."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_HEADER_END = re.compile(rb"\r\n(?![ \t])|\r(?!\n)|(?<!\r)\n|\0")
"""A line end that is not followed by a continuation line, a lone CR or LF, or NUL: header injection."""
_ADDRESS = re.compile(r"[^\x00-\x20\x7f<>@]{1,320}@[^\x00-\x20\x7f<>@]{1,320}")


class _HeaderPolicy(EmailPolicy):
    """Writes headers for SMTP; headers of Message-IDs are not folded, as folding would encode a long one."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as it is sent.

        Raises:
            ValueError: its value would end the header (header injection).
        """
        if name in {"In-Reply-To", "References"}:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        folded = super().fold_binary(name, value)
        if _HEADER_END.search(folded.removesuffix(self.linesep.encode())):
            raise ValueError(f"{name} can't be written")
        return folded


# Not every mail server supports 8BITMIME; all accept quoted-printable and base64.
_ASCII_POLICY = _HeaderPolicy(linesep="\r\n", cte_type="7bit", max_line_length=MAX_ENCODED_LINE_LENGTH)
_SMTPUTF8_POLICY = _ASCII_POLICY.clone(utf8=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An e-mail with the addresses of its SMTP envelope.

    Attributes:
        sender: Envelope sender (MAIL FROM), to which bounces go.
        recipient: Envelope recipient (RCPT TO). The domain is ASCII; the local part may contain other
            letters, as there is no ASCII form of it.
        content: Headers and body.
    """

    sender: str
    recipient: str
    content: EmailMessage


def compose(leased: LeasedMessage) -> Envelope:
    """Return the e-mail and its envelope; every attempt at a message has the same bytes.

    The body has a text and an HTML part. An ``in_reply_to`` without the syntax of a Message-ID gives no
    In-Reply-To header.

    Raises:
        ValueError: an address or another header can't be written, for example as it contains a line end. For
            some headers it is raised only when the content is turned into bytes.
    """
    message = leased.message
    # On one line first: the parser takes a line end for the end of a name.
    name, address = parseaddr(_single_line(message.sender))
    sender, recipient = _envelope_address(address), _envelope_address(message.recipient)
    mail = EmailMessage(policy=_ASCII_POLICY if f"{sender}{recipient}".isascii() else _SMTPUTF8_POLICY)
    mail["From"] = _address(sender, name)
    mail["To"] = _address(recipient)
    mail["Subject"] = _single_line(message.subject)
    mail["Date"] = format_datetime(leased.created_at)
    mail["Message-ID"] = f"<{leased.message_id}>"
    mail["Reply-To"] = _address(sender, name)
    # RFC 3834: tells autoresponders not to answer.
    mail["Auto-Submitted"] = "auto-replied" if message.in_reply_to else "auto-generated"
    # The value comes from a stranger's e-mail: use only what has the syntax of a Message-ID.
    if answered := _MESSAGE_ID.search(message.in_reply_to):
        mail["In-Reply-To"] = mail["References"] = answered[0]
    mail.set_content(message.text_body)
    mail.add_alternative(message.html_body, subtype="html")
    # Not a generated boundary: each attempt has the same bytes. It can't occur in a part, as neither
    # quoted-printable nor base64 contains "=_", and the rest of it is random.
    mail.set_boundary(f"=_{leased.message_id.partition('@')[0]}")
    return Envelope(sender=sender, recipient=recipient, content=mail)


def _single_line(text: str) -> str:
    """Return ``text`` on one line, without encoded words (RFC 2047) that a mail client would decode."""
    return ENCODED_WORD.sub("= ?", clean_line(text))


def _address(address: str, name: str = "") -> Address:
    local_part, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local_part, domain=domain)


def _envelope_address(address: str) -> str:
    """Return an address with its domain in ASCII (IDNA), which every mail server understands.

    Raises:
        ValueError: it is not an address, or contains an encoded word.
    """
    if not _ADDRESS.fullmatch(address) or ENCODED_WORD.search(address):
        raise ValueError(f"no mail can be sent to or from {address!r}")
    if address.isascii():
        return address
    try:
        valid = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(f"no mail can be sent to or from {address!r}") from error
    return valid.ascii_email or f"{valid.local_part}@{valid.ascii_domain}"
