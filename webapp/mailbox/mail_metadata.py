"""Metadata of an e-mail for imports: received date, stable key, Message-ID, deleted flag.

All of it is read from the header. The sender, the subject and the text are read by ``message``.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from webapp.mailbox.headers import Headers, split_message

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Dates before this one are ignored: no paper had a mailbox then, so a computer's clock was wrong."""

_MESSAGE_ID = re.compile(r"<[^\s<>]{3,1000}>")
_LONGEST_DATE = 200
"""Characters of a date field that are parsed."""

_MOZILLA_EXPUNGED = 0x0008
"""Bit of X-Mozilla-Status: the user deleted the message, and the mbox file has not been compacted since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMetadata:
    """What the header of an e-mail says about its identity and its arrival.

    Attributes:
        message_id: The Message-ID with its angle brackets; empty where there is none.
        stable_key: Identifies the mail: the same for each copy of it, in whichever file it is found.
        received_at: When it arrived, in UTC; None where the header has no plausible date.
        deleted: Whether the user of the mail program that kept it had deleted it.
    """

    message_id: str
    stable_key: str
    received_at: datetime | None
    deleted: bool


def read_mail_metadata(raw: bytes, now: datetime) -> MailMetadata:
    """Read the metadata of the message ``raw``; dates before `EARLIEST` or after ``now`` are ignored."""
    headers, content = split_message(raw)
    found = _MESSAGE_ID.search(headers.get("message-id", ""))
    message_id = found[0] if found else ""
    return MailMetadata(
        message_id=message_id,
        stable_key=message_id or _key_from_content(headers, content),
        received_at=next((date for date in _dates(headers) if EARLIEST <= date <= now), None),
        deleted=_is_deleted(headers),
    )


def _key_from_content(headers: Headers, content: bytes) -> str:
    """Return the stable key of a message without a Message-ID: its sender, date, subject and a body hash."""
    # Other fields are left out, as mail programs add some of their own; line ends differ between programs.
    fields = [headers.get(name, "") for name in ("from", "date", "subject")]
    return "\n".join([*fields, hashlib.sha256(content.replace(b"\r\n", b"\n").strip()).hexdigest()])


def _dates(headers: Headers) -> Iterator[datetime]:
    """Yield the candidates for the received date in UTC: the topmost Received field, then the Date field.

    The topmost Received field is the one that the paper's own mail server added. Unreadable dates are
    skipped.
    """
    for value in (headers.get("received", "").rpartition(";")[2], headers.get("date", "")):
        try:
            date = parsedate_to_datetime(value[:_LONGEST_DATE])
            yield (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue


def _is_deleted(headers: Headers) -> bool:
    """Tell whether X-Status or X-Mozilla-Status (Thunderbird) marks the message as deleted."""
    if "D" in headers.get("x-status", ""):
        return True
    try:
        return bool(int(headers.get("x-mozilla-status", ""), 16) & _MOZILLA_EXPUNGED)
    except ValueError:
        return False
