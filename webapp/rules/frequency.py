"""Frequency rules: how many letters of one writer a paper accepts in a period; keys that match a writer.

The writer's earlier letters are looked up through the protocol `WritersRecord`, which the store implements.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from webapp.rules.findings import Code, FindingCollector, Severity
from webapp.rules.policy import Paper, Policy
from webapp.rules.policy.sections.frequency import FrequencyRule, Period, Since
from webapp.rules.policy.sections.issues import DAYS_PER_WEEK
from webapp.rules.sender import Sender
from webapp.rules.text_folding import fold

WORKING_DAYS_PER_WEEK = 5
"""Days, from Monday to Friday."""
MAX_DAYS_PER_MONTH = 31
"""Days."""

MAX_FOLDED_NAME_LENGTH = 300
"""Characters that are stored and compared. Compatibility normalisation lengthens a name: U+FDFA becomes 18
characters."""


@dataclass(frozen=True, slots=True)
class WriterKeys:
    """The keys by which letters of one writer are matched; a key that isn't known is empty.

    Attributes:
        email_key: Equal for all spellings of one mailbox (see `EmailAddress`).
        phone: In E.164, for example ``+85221234567``.
        folded_name: Without case, accents and punctuation (see `fold`).
    """

    email_key: str
    phone: str
    folded_name: str


@dataclass(frozen=True, slots=True)
class EarlierLetter:
    """A stored letter that shares at least one key with the writer.

    Attributes:
        keys: The keys of its writer; a record may leave those empty that aren't shared.
        received: The date of receipt, in the paper's time zone.
        published: The date of the issue that it was printed in; ``None`` if it wasn't printed.
        category: The key of its category; empty for a general letter.
    """

    keys: WriterKeys
    received: date
    published: date | None
    category: str = ""


class WritersRecord(Protocol):
    """Looks up the earlier letters of a writer to one paper; the store implements it."""

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return the letters that share any of ``keys`` and were received or printed on ``since`` or later.

        The order doesn't matter. A record may leave letters out, such as withdrawn ones.
        """


class EmptyRecord:
    """A record without letters, for checks that have no store, as on the command line."""

    def earlier_letters(self, keys: WriterKeys, since: date) -> Sequence[EarlierLetter]:
        """Return an empty sequence."""
        del keys, since
        return ()


def writer_keys(sender: Sender) -> WriterKeys:
    """Return the keys by which letters of this sender are matched; the name is cut to the longest stored."""
    return WriterKeys(
        email_key=sender.email.key if sender.email else "",
        phone=sender.phone.e164 if sender.phone else "",
        folded_name=fold(sender.name.text)[:MAX_FOLDED_NAME_LENGTH],
    )


def check_frequency(
    sender: Sender,
    category: str,
    policy: Policy,
    today: date,
    record: WritersRecord,
    collector: FindingCollector,
) -> None:
    """Apply the paper's frequency rules to the writer's earlier letters, and collect at most one finding.

    It is `NAME_TOO_SOON` if letters that are surely by the same writer exceed a rule: a refusal or an
    advisory by the rule's severity, refusals first. Otherwise it is the advisory `NAME_SEEN` if a rule is
    exceeded only when the letters that share a phone number or a name alone are counted too. A right of reply
    is exempt, and earlier ones don't count; nor do letters received after ``today``.

    Args:
        sender: The writer.
        category: The category's key; empty for a general letter.
        policy: The paper's rules.
        today: The date at the paper.
        record: Queried once, unless no rule applies.
        collector: Receives the finding.
    """
    if not policy.frequency or policy.is_right_of_reply(category):
        return
    keys = writer_keys(sender)
    rules = [rule for rule in policy.frequency if rule.is_for(category)]
    if not rules:
        return
    earlier = _counted_letters(keys, rules, policy, today, record)
    same = [letter for letter in earlier if is_same_writer(keys, letter.keys)]
    for severity, add_finding in (
        (Severity.REFUSAL, collector.refuse),
        (Severity.ADVISORY, collector.advise),
    ):
        of_severity = [rule for rule in rules if rule.severity is severity]
        if again_from := _next_date(of_severity, same, policy.paper, today):
            add_finding(Code.NAME_TOO_SOON, again_from=again_from.isoformat())
            return
    if _next_date(rules, earlier, policy.paper, today):
        collector.advise(Code.NAME_SEEN, actual=len(earlier) - len(same))


def eligible_from(
    keys: WriterKeys, category: str, policy: Policy, today: date, record: WritersRecord
) -> date | None:
    """Return the first date on which the frequency rules, of either severity, let the writer write again.

    Only letters that are surely by the same writer, received until ``today``, count; rights of reply don't.
    That a right of reply would be accepted earlier isn't considered.

    Args:
        keys: The writer's keys.
        category: The key of the category that the writer would write in; empty for a general letter.
        policy: The paper's rules.
        today: The date at the paper.
        record: Queried once, unless no frequency rule is for that category.

    Returns:
        The date; ``None`` if the writer may write today.
    """
    rules = [rule for rule in policy.frequency if rule.is_for(category)]
    if not rules:
        return None
    earlier = _counted_letters(keys, rules, policy, today, record)
    same = [letter for letter in earlier if is_same_writer(keys, letter.keys)]
    return _next_date(rules, same, policy.paper, today)


def is_same_writer(one: WriterKeys, other: WriterKeys) -> bool:
    """Return whether two letters are surely by one writer: same mailbox, or same phone number and name.

    The phone number alone doesn't count, as a household shares it; nor does the name alone. An empty mailbox
    or phone number matches nothing; two empty names are the same name.
    """
    if one.email_key and one.email_key == other.email_key:
        return True
    return bool(one.phone) and (one.phone, one.folded_name) == (other.phone, other.folded_name)


def _counted_letters(
    keys: WriterKeys, rules: Sequence[FrequencyRule], policy: Policy, today: date, record: WritersRecord
) -> list[EarlierLetter]:
    """Return the earlier letters sharing a key with the writer that may count under any of the rules."""
    since = min(_earliest_counted_date(rule, policy.paper, today) for rule in rules)
    found = record.earlier_letters(keys, since)
    # A right of reply never counts. Letters received after ``today`` are left out: an imported letter of last
    # month is checked against the letters before it, not against those of this week.
    return [
        letter
        for letter in found
        if letter.received <= today and not policy.is_right_of_reply(letter.category)
    ]


def _earliest_counted_date(rule: FrequencyRule, paper: Paper, today: date) -> date:
    """Return a date before which no letter counts any more; it may be earlier than necessary."""
    if rule.per is Period.CALENDAR_YEAR:
        return today.replace(month=1, day=1)
    if rule.issue_count:
        return today - timedelta(days=rule.issue_count * paper.issues.longest_gap)
    if rule.working_days:
        # A weekend in each five days, and one more.
        weekends = rule.working_days // WORKING_DAYS_PER_WEEK + 1
        return today - timedelta(days=rule.working_days + weekends * (DAYS_PER_WEEK - WORKING_DAYS_PER_WEEK))
    return today - timedelta(days=rule.days or MAX_DAYS_PER_MONTH * (rule.months or 1))


def _next_date(
    rules: Sequence[FrequencyRule], letters: Sequence[EarlierLetter], paper: Paper, today: date
) -> date | None:
    """Return the first date on which all ``rules`` allow a letter; ``None`` if they do today."""
    dates = (_next_date_by_rule(rule, letters, paper, today) for rule in rules)
    return max((day for day in dates if day), default=None)


def _next_date_by_rule(
    rule: FrequencyRule, letters: Sequence[EarlierLetter], paper: Paper, today: date
) -> date | None:
    """Return the first date on which ``rule`` allows a letter; ``None`` if it does today."""
    counted = (
        letter.published if rule.since is Since.PUBLICATION else letter.received
        for letter in letters
        if rule.is_for(letter.category)
    )
    newest_first = sorted((day for day in counted if day), reverse=True)
    if len(newest_first) < rule.letters:
        return None
    # A later letter never stops counting before an earlier one: this letter's day decides alone.
    expiry = _stops_counting_on(rule, newest_first[rule.letters - 1], paper)
    return expiry if expiry > today else None


def _stops_counting_on(rule: FrequencyRule, counted: date, paper: Paper) -> date:
    if rule.days:
        return counted + timedelta(days=rule.days)
    if rule.working_days:
        return _working_days_later(counted, rule.working_days)
    if rule.months:
        return _months_later(counted, rule.months)
    if rule.issue_count:
        for _ in range(rule.issue_count):
            counted = paper.issues.next_issue(counted)
        return counted
    if rule.per is Period.CALENDAR_YEAR:
        return date(counted.year + 1, 1, 1)
    return _months_later(counted.replace(day=1), 1)


def _working_days_later(day: date, working_days: int) -> date:
    """Return the day on which so many working days have passed since ``day``: it is a working day itself."""
    weeks, days = divmod(working_days, WORKING_DAYS_PER_WEEK)
    # From a Saturday or Sunday on, counting begins with the Friday before.
    start = day - timedelta(days=max(0, day.weekday() - WORKING_DAYS_PER_WEEK + 1))
    over_weekend = start.weekday() + days >= WORKING_DAYS_PER_WEEK
    days += (DAYS_PER_WEEK - WORKING_DAYS_PER_WEEK) * over_weekend
    return start + timedelta(weeks=weeks, days=days)


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
