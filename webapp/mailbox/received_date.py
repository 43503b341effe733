"""What a mail is known by, and when it arrived, as its header tells."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from webapp.mailbox.headers import Headers, split_header

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before that no paper had a mailbox: a computer's clock was wrong."""

_MESSAGE_ID = re.compile(r"<[^\s<>]{3,1000}>")
_LONGEST_DATE = 200
_MARKED_DELETED = 0x0008
"""Of Mozilla's status: the message is gone for its reader, and stays in the file until that is compacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """What stands on a mail from outside.

    Attributes:
        message_id: With its brackets; empty where there is none.
        known_as: The same for each copy of the mail.
        arrived: When it arrived, in UTC; nothing where the header tells no moment that can be.
        deleted: Whether it was thrown away in the program that kept it.
    """

    message_id: str
    known_as: str
    arrived: datetime | None
    deleted: bool


def read_received(raw: bytes, now: datetime) -> ReceivedMail:
    """Read what the header of a message tells of its way here; none arrived after ``now``."""
    headers, content = split_header(raw.lstrip(b"\xef\xbb\xbf\r\n"))
    found = _MESSAGE_ID.search(headers.get("message-id", ""))
    message_id = found[0] if found else ""
    return ReceivedMail(
        message_id=message_id,
        known_as=message_id or _known_by_all_of_it(headers, content),
        arrived=next((at for at in _moments(headers) if EARLIEST <= at <= now), None),
        deleted=_is_deleted(headers),
    )


def _known_by_all_of_it(headers: Headers, content: bytes) -> str:
    # Of the header only what no program that keeps mails adds to; line ends differ from one to the other.
    fields = [headers.get(name, "") for name in ("from", "date", "subject")]
    return "\n".join([*fields, hashlib.sha256(content.replace(b"\r\n", b"\n").strip()).hexdigest()])


def _moments(headers: Headers) -> Iterator[datetime]:
    """Give when it arrived, as the paper's own mail server put it on top, and when it was sent."""
    for told in (headers.get("received", "").rpartition(";")[2], headers.get("date", "")):
        try:
            moment = parsedate_to_datetime(told[:_LONGEST_DATE])
            yield (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue


def _is_deleted(headers: Headers) -> bool:
    if "D" in headers.get("x-status", ""):
        return True
    try:
        return bool(int(headers.get("x-mozilla-status", ""), 16) & _MARKED_DELETED)
    except ValueError:
        return False
