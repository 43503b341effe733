"""A claimed message as the bytes that go over the wire."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email

from webapp.messages.leases import LeasedMessage
from webapp.rules.emails import ENCODED_WORD
from webapp.rules.submission import clean_line

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")

LONGEST_ENCODED_LINE = 76
"""Characters of a line in which something is encoded (RFC 2047, section 2)."""
_SMUGGLED = re.compile(rb"\r\n(?![ \t])|\r(?!\n)|(?<!\r)\n|\0")
"""What ends a header, or has no place in one."""
_ADDRESS = re.compile(r"[^\x00-\x20\x7f<>@]{1,320}@[^\x00-\x20\x7f<>@]{1,320}")


class _Wire(EmailPolicy):
    """How headers are written: those that hold one long word in one line, as folding would encode it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Give a header as it is sent.

        Raises:
            ValueError: another one would begin in it.
        """
        if name in {"In-Reply-To", "References"}:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        folded = super().fold_binary(name, value)
        if _SMUGGLED.search(folded.removesuffix(self.linesep.encode())):
            raise ValueError(f"{name} can't be written")
        return folded


# Not every server takes eight bits; they all take quoted-printable and base64.
_ASCII = _Wire(linesep="\r\n", cte_type="7bit", max_line_length=LONGEST_ENCODED_LINE)
_UNICODE = _ASCII.clone(utf8=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message with what the mail server is told of it.

    Attributes:
        sender: The address that failures are reported to.
        recipient: The address; beyond ASCII only in front of the @, where there is no other way to write it.
    """

    sender: str
    recipient: str
    content: EmailMessage


def compose(claimed: LeasedMessage) -> Envelope:
    """Return the message, the same to the last byte however often it is sent.

    Raises:
        ValueError: a header can't be written, for example because an address holds a line end.
    """
    message = claimed.message
    # On one line first: the parser takes a line end for the end of a name.
    name, address = parseaddr(_in_plain(message.sender))
    sender, recipient = _on_the_wire(address), _on_the_wire(message.recipient)
    mail = EmailMessage(policy=_ASCII if f"{sender}{recipient}".isascii() else _UNICODE)
    mail["From"] = _address(sender, name)
    mail["To"] = _address(recipient)
    mail["Subject"] = _in_plain(message.subject)
    mail["Date"] = format_datetime(claimed.created_at)
    mail["Message-ID"] = f"<{claimed.message_id}>"
    mail["Reply-To"] = _address(sender, name)
    # RFC 3834: no autoresponder answers this.
    mail["Auto-Submitted"] = "auto-replied" if message.in_reply_to else "auto-generated"
    # It comes from a stranger's mail: whatever else stands there is no Message-ID and can't be threaded to.
    if answered := _MESSAGE_ID.search(message.in_reply_to):
        mail["In-Reply-To"] = mail["References"] = answered[0]
    mail.set_content(message.text_body)
    mail.add_alternative(message.html_body, subtype="html")
    # Two parts of ours are parted by what neither can hold: in their encodings no _ follows a =.
    mail.set_boundary(f"=_{claimed.message_id.partition('@')[0]}")
    return Envelope(sender=sender, recipient=recipient, content=mail)


def _in_plain(text: str) -> str:
    """Return a text on one line, in which nothing looks as if it was encoded."""
    return ENCODED_WORD.sub("= ?", clean_line(text))


def _address(address: str, name: str = "") -> Address:
    local_part, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local_part, domain=domain)


def _on_the_wire(address: str) -> str:
    """Write an address in ASCII where that can be: every server knows such a name of a domain."""
    if not _ADDRESS.fullmatch(address) or ENCODED_WORD.search(address):
        raise ValueError(f"no mail can be sent to or from {address!r}")
    if address.isascii():
        return address
    try:
        valid = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(f"no mail can be sent to or from {address!r}") from error
    return valid.ascii_email or f"{valid.local_part}@{valid.ascii_domain}"
