"""How often one writer may write: the rule here, the record through a protocol."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from webapp.rules.findings import Code, Notes, Severity
from webapp.rules.placeholders import fold
from webapp.rules.policy import Paper, Policy
from webapp.rules.policy.sections import Frequency, Period, Since
from webapp.rules.sender import Sender

WEEK = 7
LONGEST_MONTH = 31
"""Days."""

LONGEST_FOLDED_NAME = 300
"""Characters that the record keeps: a single one of Arabic can unfold into eighteen."""


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
        category: The key of its category; empty for a general letter.
    """

    keys: WriterKeys
    received: date
    published: date | None
    category: str = ""


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
        folded_name=fold(sender.name.text)[:LONGEST_FOLDED_NAME],
    )


def note_frequency(
    sender: Sender, category: str, policy: Policy, today: date, record: WritersRecord, notes: Notes
) -> None:
    """Hold a letter against what its writer sent before, unless they answer what was printed of them."""
    if not policy.frequency or policy.is_right_of_reply(category):
        return
    keys = writer_keys(sender)
    earlier = _that_count(keys, policy, today, record)
    same = [letter for letter in earlier if is_same_writer(keys, letter.keys)]
    for severity, tell in ((Severity.REFUSAL, notes.refuse), (Severity.ADVISORY, notes.advise)):
        if again_from := _all_again_from(same, policy, today, severity):
            tell(Code.NAME_TOO_SOON, again_from=again_from.isoformat())
            return
    if any(_all_again_from(earlier, policy, today, severity) for severity in Severity):
        notes.advise(Code.NAME_SEEN, actual=len(earlier) - len(same))


def eligible_from(keys: WriterKeys, policy: Policy, today: date, record: WritersRecord) -> date | None:
    """Return when a paper's rules let a writer write again; nothing where they do today."""
    if not policy.frequency:
        return None
    earlier = _that_count(keys, policy, today, record)
    same = [letter for letter in earlier if is_same_writer(keys, letter.keys)]
    days = (_all_again_from(same, policy, today, severity) for severity in Severity)
    return max((day for day in days if day), default=None)


def is_same_writer(one: WriterKeys, other: WriterKeys) -> bool:
    """Tell whether two letters are by one writer, surely enough to send one of them back.

    A household shares a telephone and a city shares a name, so that either alone proves nothing.
    """
    if one.email_key and one.email_key == other.email_key:
        return True
    return bool(one.phone) and (one.phone, one.folded_name) == (other.phone, other.folded_name)


def _that_count(keys: WriterKeys, policy: Policy, today: date, record: WritersRecord) -> list[EarlierLetter]:
    """Return the letters in the record that may count against a writer."""
    beginning = min(_beginning(rule, today) for rule in policy.frequency)
    found = record.earlier_letters(keys, beginning)
    # An answer to what was printed of somebody uses up nothing, whether it comes before or after. A letter
    # that is brought in from last month is held against what came before it, not against this week's.
    return [
        letter
        for letter in found
        if letter.received <= today and not policy.is_right_of_reply(letter.category)
    ]


def _beginning(rule: Frequency, today: date) -> date:
    """Return a date before which no letter counts any more."""
    if rule.per is Period.ISSUE:
        return today - timedelta(days=WEEK)
    return today - timedelta(days=rule.days or LONGEST_MONTH * (rule.months or 1))


def _all_again_from(
    letters: Sequence[EarlierLetter], policy: Policy, today: date, severity: Severity
) -> date | None:
    """Return when all rules of that severity let the writer write again; nothing where they do today."""
    rules = (rule for rule in policy.frequency if rule.severity is severity)
    days = (_again_from(rule, letters, policy.paper, today) for rule in rules)
    return max((day for day in days if day), default=None)


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
        return paper.next_issue(counted)
    return _months_later(counted.replace(day=1), 1)


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last one where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
