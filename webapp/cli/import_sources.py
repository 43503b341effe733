"""Letters as they lie elsewhere: in mailboxes and spreadsheets, each with what it is known by and its day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TypeAlias

from webapp.cli.spreadsheet import Sheet
from webapp.mailbox.files import Found, Mail, PassedOver, Unreadable
from webapp.mailbox.message import submission_from_message
from webapp.mailbox.received_date import EARLIEST, read_received
from webapp.rules.submission import Submission
from webapp.store.models import Channel

Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A letter that may be brought in.

    Attributes:
        source: Where it lies, for people.
        known_as: The same whenever, and from wherever, it is brought in.
        arrived: When it arrived there; where that can't be told, the present moment.
        message_id: Of the mail that it is, where it is one that has one.
    """

    source: str
    submission: Submission
    channel: Channel
    known_as: str
    arrived: datetime
    message_id: str = ""


ImportCandidate: TypeAlias = Candidate | Unreadable | PassedOver


def letters_from_mails(mails: Iterable[Found], clock: Clock) -> Iterator[ImportCandidate]:
    """Give the letters that mails are."""
    for found in mails:
        if not isinstance(found, Mail):
            yield found
            continue
        now = clock()
        received = read_received(found.raw, now)
        if received.deleted:
            yield PassedOver(found.source)
            continue
        yield Candidate(
            source=found.source,
            submission=submission_from_message(found.raw),
            channel=Channel.MAIL,
            known_as=received.known_as,
            arrived=received.arrived or now,
            message_id=received.message_id,
        )


def letters_from_sheet(sheet: Sheet, zone: tzinfo, clock: Clock) -> Iterator[ImportCandidate]:
    """Give the letters that the rows of a sheet are; ``zone`` is the paper's."""
    for row in sheet.rows(zone):
        if isinstance(row, Unreadable):
            yield row
            continue
        now = clock()
        yield Candidate(
            source=row.source,
            submission=row.submission,
            channel=Channel.IMPORT,
            known_as=row.known_as,
            arrived=_that_can_be(row.received_at, now),
        )


def _that_can_be(told: datetime | None, now: datetime) -> datetime:
    # The first and the last years of all have no moment in UTC.
    if told is None or not EARLIEST.year <= told.year <= now.year + 1:
        return now
    moment = told.astimezone(UTC)
    return moment if EARLIEST <= moment <= now else now
