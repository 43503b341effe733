"""How often one writer may write: the rule here, the record through a protocol."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from webapp.rules.findings import Code, Notes, Severity
from webapp.rules.policy import Frequency, Paper, Period, Policy, Since
from webapp.rules.sender import Sender
from webapp.rules.stand_ins import fold

WEEK = 7
LONGEST_MONTH = 31
"""Days."""


@dataclass(frozen=True, slots=True)
class WriterKeys:
    """What a writer is known again by; empty where it isn't known.

    Attributes:
        email_key: What two spellings of one mailbox share.
        phone: In the networks' form, ``+85221234567``.
        folded_name: Without case, accents and punctuation.
    """

    email_key: str
    phone: str
    folded_name: str


@dataclass(frozen=True, slots=True)
class EarlierLetter:
    """A letter in the desk's record that may be by the same writer.

    Attributes:
        keys: What its writer is known by.
        received: The date, at the paper, on which it came in.
        published: The date on which it was printed, if it was.
    """

    keys: WriterKeys
    received: date
    published: date | None


class WritersRecord(Protocol):
    """What the desk remembers of who wrote."""

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed since ``since``."""


class EmptyRecord:
    """The record of a desk that remembers nothing, as the command line's does."""

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return nothing."""
        del keys, since
        return ()


def writer_keys(sender: Sender) -> WriterKeys:
    """Return what the sender is known again by."""
    return WriterKeys(
        email_key=sender.email.key if sender.email else "",
        phone=sender.phone.e164 if sender.phone else "",
        folded_name=fold(sender.name.text),
    )


def note_frequency(
    sender: Sender, category: str, policy: Policy, today: date, record: WritersRecord, notes: Notes
) -> None:
    """Hold a letter against what its writer sent before, unless they answer what was printed of them."""
    chosen = policy.category(category)
    if not policy.frequency or (chosen and chosen.right_of_reply):
        return
    keys = writer_keys(sender)
    beginning = min(_beginning(rule, today) for rule in policy.frequency)
    earlier = record.earlier_letters(keys, beginning)
    same = [letter for letter in earlier if is_same_writer(keys, letter.keys)]
    again = [(rule, _again_from(rule, same, policy.paper, today)) for rule in policy.frequency]
    # Where several rules say no, the writer wants to know when all of them say yes.
    broken = sorted(((day, rule) for rule, day in again if day), key=lambda pair: pair[0])
    for severity, tell in ((Severity.REFUSAL, notes.refuse), (Severity.ADVISORY, notes.advise)):
        days = [day for day, rule in broken if rule.severity is severity]
        if days:
            tell(Code.NAME_TOO_SOON, again_from=days[-1].isoformat())
            return
    if len(same) < len(earlier):
        notes.advise(Code.NAME_SEEN, actual=len(earlier) - len(same))


def is_same_writer(one: WriterKeys, other: WriterKeys) -> bool:
    """Tell whether two letters are by one writer, surely enough to send one of them back.

    A household shares a telephone and a city shares a name, so that either alone proves nothing.
    """
    if one.email_key and one.email_key == other.email_key:
        return True
    return bool(one.phone) and (one.phone, one.folded_name) == (other.phone, other.folded_name)


def _beginning(rule: Frequency, today: date) -> date:
    """Return a date before which no letter counts any more."""
    if rule.per is Period.ISSUE:
        return today - timedelta(days=WEEK)
    return today - timedelta(days=rule.days or LONGEST_MONTH * (rule.months or 1))


def _again_from(rule: Frequency, letters: Sequence[EarlierLetter], paper: Paper, today: date) -> date | None:
    """Return when the writer may write again; nothing where they may write today."""
    counted = (letter.published if rule.since is Since.PUBLICATION else letter.received for letter in letters)
    # The day on which each of those letters has stopped counting.
    ends = sorted(end for day in counted if day and (end := _end(rule, day, paper)) > today)
    return ends[-rule.letters] if len(ends) >= rule.letters else None


def _end(rule: Frequency, counted: date, paper: Paper) -> date:
    if rule.days:
        return counted + timedelta(days=rule.days)
    if rule.months:
        return _months_later(counted, rule.months)
    if rule.per is Period.ISSUE:
        following = (counted + timedelta(days=ahead) for ahead in range(1, WEEK + 1))
        return next(day for day in following if day.weekday() in paper.issue_days)
    return _months_later(counted.replace(day=1), 1)


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last one where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
