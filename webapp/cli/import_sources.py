"""Letters to import, from mails and spreadsheet rows, each with a stable key and its arrival date."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TypeAlias

from webapp.cli.spreadsheet import Sheet
from webapp.mailbox.mail_files import Mail, MailResult, Skipped, Unreadable
from webapp.mailbox.mail_metadata import EARLIEST, read_mail_metadata
from webapp.mailbox.message import submission_from_message
from webapp.rules.submission import Submission
from webapp.store.models import Channel

Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A letter to import, not yet checked.

    Attributes:
        source: The file and the mail or line in it, as shown to people.
        submission: The letter.
        channel: MAIL for a mail, IMPORT for a row.
        stable_key: The same however often, and from whichever copy, the letter is imported.
        received_at: When it arrived, in UTC; the present time where that isn't known.
        message_id: The mail's Message-ID; empty for a row or a mail without one.
    """

    source: str
    submission: Submission
    channel: Channel
    stable_key: str
    received_at: datetime
    message_id: str = ""


CandidateResult: TypeAlias = Candidate | Unreadable | Skipped


def candidates_from_mails(mails: Iterable[MailResult], clock: Clock) -> Iterator[CandidateResult]:
    """Yield a candidate for each mail, lazily, and a `Skipped` for a mail that its owner had deleted.

    Results that are no `Mail` are passed on as they are.
    """
    for found in mails:
        if not isinstance(found, Mail):
            yield found
            continue
        now = clock()
        metadata = read_mail_metadata(found.raw, now)
        if metadata.deleted:
            yield Skipped(found.source)
            continue
        yield Candidate(
            source=found.source,
            submission=submission_from_message(found.raw),
            channel=Channel.MAIL,
            stable_key=metadata.stable_key,
            received_at=metadata.received_at or now,
            message_id=metadata.message_id,
        )


def candidates_from_sheet(sheet: Sheet, zone: tzinfo, clock: Clock) -> Iterator[CandidateResult]:
    """Yield a candidate for each row of a sheet, lazily; times without a zone are in ``zone``, the paper's.

    A row that is no letter is yielded as `Unreadable`. A time before 1990 or in the future is replaced by the
    present one.

    Raises:
        SheetRefusedError: the file has changed since it was opened, and is no CSV any more.
        OSError: it can't be read.
    """
    for row in sheet.rows(zone):
        if isinstance(row, Unreadable):
            yield row
            continue
        now = clock()
        yield Candidate(
            source=row.source,
            submission=row.submission,
            channel=Channel.IMPORT,
            stable_key=row.stable_key,
            received_at=_plausible_time(row.received_at, now),
        )


def _plausible_time(given: datetime | None, now: datetime) -> datetime:
    """Return the time in UTC; where there is none, or it is before `EARLIEST` or in the future, ``now``."""
    # Checked first: in the years 1 and 9999 the conversion to UTC may overflow.
    if given is None or not EARLIEST.year <= given.year <= now.year + 1:
        return now
    moment = given.astimezone(UTC)
    return moment if EARLIEST <= moment <= now else now
