"""Letters to import, from mails and spreadsheet rows, each with a stable key and its arrival date."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TypeAlias

from webapp.cli.spreadsheet import RECEIVED_AT, Sheet
from webapp.mailbox.mail_files import Mail, MailResult, Skipped, Unreadable, read_each
from webapp.mailbox.mail_kinds import MailKind, kind_of_mail
from webapp.mailbox.mail_metadata import EARLIEST, read_mail_metadata
from webapp.mailbox.message import submission_from_message
from webapp.rules.submission import Submission
from webapp.store.models import Channel

_NO_LETTERS = {
    MailKind.AUTOMATIC_REPLY: "an automatic reply",
    MailKind.BOUNCE: "a report on a message that was not delivered",
    MailKind.BULK: "a newsletter or the like",
    MailKind.OWN: "the paper’s own message",
}
"""What is said of the mails that are no letters."""

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
        remark: What the report has to say about it beside the outcome, for people.
    """

    source: str
    submission: Submission
    channel: Channel
    stable_key: str
    received_at: datetime
    message_id: str = ""
    remark: str = ""


CandidateResult: TypeAlias = Candidate | Unreadable | Skipped


def candidates_from_mails(
    mails: Iterable[MailResult], clock: Clock, own_addresses: Collection[str] = ()
) -> Iterator[CandidateResult]:
    """Yield a candidate for each mail, lazily.

    A mail that its owner had deleted, and one that is no letter by its header, are yielded as `Skipped`, one
    that can't be read as `Unreadable`. What is no `Mail` is passed on as it is.

    Args:
        mails: The mails.
        clock: Returns the present time.
        own_addresses: The paper's addresses: its own messages are no letters.
    """
    return read_each(mails, lambda mail: _candidate_from_mail(mail, clock(), own_addresses))


def _candidate_from_mail(mail: Mail, now: datetime, own_addresses: Collection[str]) -> Candidate | Skipped:
    metadata = read_mail_metadata(mail.raw, now)
    if metadata.deleted:
        return Skipped(mail.source, "thrown away", may_be_letter=False)
    kind = kind_of_mail(mail.raw, own_addresses)
    if kind in _NO_LETTERS:
        return Skipped(mail.source, _NO_LETTERS[kind], may_be_letter=kind is MailKind.BULK)
    return Candidate(
        source=mail.source,
        submission=submission_from_message(mail.raw),
        channel=Channel.MAIL,
        stable_key=metadata.stable_key,
        received_at=metadata.received_at or now,
        message_id=metadata.message_id,
        remark="" if metadata.received_at else "it has no credible date, and counts as of today",
    )


def candidates_from_sheet(sheet: Sheet, zone: tzinfo, clock: Clock) -> Iterator[CandidateResult]:
    """Yield a candidate for each row of a sheet, lazily; times without a zone are in ``zone``, the paper's.

    A row that is no letter is yielded as `Unreadable`, and so is one with a time before 1990 or in the
    future. A row without a time counts as of the present one.

    Raises:
        SheetRefusedError: the file has changed since it was opened, and is no CSV any more.
        OSError: it can't be read.
    """
    for row in sheet.rows(zone):
        if isinstance(row, Unreadable):
            yield row
            continue
        now = clock()
        received_at = now if row.received_at is None else _credible_time(row.received_at, now)
        if received_at is None:
            why = (
                "before 1990" if row.received_at and row.received_at.year < EARLIEST.year else "in the future"
            )
            yield Unreadable(row.source, f"“{RECEIVED_AT}” is {row.received_at:%Y-%m-%dT%H:%M}, {why}")
            continue
        yield Candidate(
            source=row.source,
            submission=row.submission,
            channel=Channel.IMPORT,
            stable_key=row.stable_key,
            received_at=received_at,
        )


def _credible_time(given: datetime, now: datetime) -> datetime | None:
    """Return the time in UTC; None if it is before `EARLIEST` or in the future."""
    # Checked first: in the years 1 and 9999 the conversion to UTC may overflow.
    if not EARLIEST.year <= given.year <= now.year + 1:
        return None
    moment = given.astimezone(UTC)
    return moment if EARLIEST <= moment <= now else None
