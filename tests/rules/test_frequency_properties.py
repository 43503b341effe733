"""Frequency rules, property tests: what holds for every rule and every history of letters."""

import dataclasses
from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given, settings, strategies as st

from tests.rules.papers import WRITER, RecordInMemory, advisories_at, earlier_letter, refusals_of
from tests.samples import HERALD, letter
from webapp.rules.check import Verdict, check
from webapp.rules.findings import Severity
from webapp.rules.frequency import EarlierLetter, WriterKeys, eligible_from
from webapp.rules.policy import Policy
from webapp.rules.policy.limits import MAX_COUNT, MAX_DAYS, MAX_MONTHS
from webapp.rules.policy.sections.frequency import MAX_ISSUES, FrequencyRule, Period, Since
from webapp.rules.policy.sections.issues import MAX_EVERY_WEEKS, IssueCalendar
from webapp.rules.submission import Field

BEFORE_LEAP_DAY = date(2028, 2, 20)
DAYS = st.integers(-100, 60).map(lambda days: BEFORE_LEAP_DAY + timedelta(days=days))
ON_THURSDAYS = IssueCalendar(weekdays=frozenset({3}))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
CALENDARS = (
    st.builds(IssueCalendar, weekdays=WEEKDAYS)
    | st.builds(
        IssueCalendar,
        weekdays=WEEKDAYS,
        every_weeks=st.integers(2, MAX_EVERY_WEEKS),
        first_issue=st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    )
    | st.builds(IssueCalendar, weekdays=WEEKDAYS, weeks_of_month=st.frozensets(st.integers(1, 4), min_size=1))
    | st.builds(IssueCalendar, days_of_month=st.frozensets(st.integers(1, 28), min_size=1))
)
"""As wide as the settings."""
LONGEST_WINDOW = max(MAX_DAYS * 7 // 5 + 9, 31 * MAX_MONTHS, MAX_ISSUES * 7 * MAX_EVERY_WEEKS)
"""Days."""
SHARERS = [
    WriterKeys("other@example.com", "+85221234567", "chan mei ling"),
    WriterKeys("another@example.com", "", "chan tai man"),
]


def rules_of(*severities: Severity) -> st.SearchStrategy[FrequencyRule]:
    spans = (
        st.fixed_dictionaries({"days": st.integers(1, 40) | st.integers(1, MAX_DAYS)})
        | st.fixed_dictionaries({"working_days": st.integers(1, 40) | st.integers(1, MAX_DAYS)})
        | st.fixed_dictionaries({"issues": st.integers(1, 4) | st.integers(1, MAX_ISSUES)})
        | st.fixed_dictionaries({"months": st.integers(1, 4) | st.integers(1, MAX_MONTHS)})
        | st.fixed_dictionaries({"per": st.sampled_from(Period)})
    )
    return st.builds(
        lambda span, letters, since, severity: FrequencyRule(
            letters=letters, since=since, severity=severity, **span
        ),
        spans,
        st.integers(1, 3) | st.integers(1, MAX_COUNT),
        st.sampled_from(Since),
        st.sampled_from(severities),
    )


REFUSING = st.lists(rules_of(Severity.REFUSAL), min_size=1, max_size=3)
OF_BOTH_KINDS = st.lists(rules_of(*Severity), min_size=1, max_size=3)


def histories(last_day: date) -> st.SearchStrategy[list[EarlierLetter]]:
    def letter_of(received_ago: int, printed_after: int | None) -> EarlierLetter:
        received = last_day - timedelta(days=received_ago)
        printed = None if printed_after is None else received + timedelta(days=printed_after)
        return earlier_letter(received, published=printed if printed and printed <= last_day else None)

    ages = st.integers(0, 140) | st.integers(0, LONGEST_WINDOW)
    return st.lists(st.builds(letter_of, ages, st.none() | ages), max_size=6)


CASES = DAYS.flatmap(lambda today: st.tuples(st.just(today), histories(today)))


def policy_with(frequency: list[FrequencyRule], issues: IssueCalendar) -> Policy:
    paper = dataclasses.replace(HERALD.paper, issues=issues)
    return dataclasses.replace(HERALD, paper=paper, frequency=tuple(frequency))


def check_letter(policy: Policy, today: date, history: list[EarlierLetter]) -> Verdict:
    return check(letter(), policy, today, RecordInMemory(*history))


def still_counts(rule: FrequencyRule, day: date, today: date, issues: IssueCalendar) -> bool:
    """Return whether a letter of ``day`` still counts ``today``, not computed as by the engine.

    Args:
        rule: The frequency rule.
        day: The date of receipt or publication of the letter.
        today: The date of the check.
        issues: When the paper has an issue.
    """
    if rule.days:
        return (today - day).days < rule.days
    if rule.per is Period.CALENDAR_MONTH:
        return (today.year, today.month) == (day.year, day.month)
    if rule.per is Period.CALENDAR_YEAR:
        return today.year == day.year
    passed = (day + timedelta(days=ahead) for ahead in range(1, (today - day).days + 1))
    if rule.working_days:
        return sum(each.weekday() < 5 for each in passed) < rule.working_days
    if rule.issues or rule.per is Period.ISSUE:
        return sum(map(issues.has_issue_on, passed)) < (rule.issues or 1)
    months_between = (today.year - day.year) * 12 + today.month - day.month
    is_last_of_month = (today + timedelta(days=1)).day == 1
    months_passed = months_between - (today.day < day.day and not is_last_of_month)
    return months_passed < (rule.months or 0)


def may_write(policy: Policy, today: date, history: list[EarlierLetter]) -> bool:
    for rule in policy.frequency:
        days = [each.published if rule.since is Since.PUBLICATION else each.received for each in history]
        counted = [day for day in days if day and still_counts(rule, day, today, policy.paper.issues)]
        if len(counted) >= rule.letters:
            return False
    return True


def first_day_from(start: date, holds: Callable[[date], bool]) -> date:
    """Return the first day from ``start`` on which a condition holds that goes on to hold."""
    ahead = bisect_left(range(LONGEST_WINDOW), 1, key=lambda days: holds(start + timedelta(days=days)))
    return start + timedelta(days=ahead)


@given(CASES, REFUSING, CALENDARS)
@settings(max_examples=120)
def test_the_writer_may_write_on_the_day_that_they_are_told_and_not_before(
    case: tuple[date, list[EarlierLetter]], frequency: list[FrequencyRule], issues: IssueCalendar
) -> None:
    today, history = case
    policy = policy_with(frequency, issues)
    first_day = first_day_from(today, lambda day: may_write(policy, day, history))
    verdict = check_letter(policy, today, history)
    assert verdict.accepted == (first_day == today)
    if not verdict.accepted:
        too_soon = [("name.too_soon", {"again_from": first_day.isoformat()})]
        assert refusals_of(verdict) == too_soon
        assert refusals_of(check_letter(policy, first_day - timedelta(days=1), history)) == too_soon
        assert check_letter(policy, first_day, history).accepted


@given(st.data(), DAYS, rules_of(*Severity), CALENDARS)
def test_a_letter_counts_until_the_last_day_of_a_window_of_any_length(
    data: st.DataObject, received: date, rule: FrequencyRule, issues: IssueCalendar
) -> None:
    rule = dataclasses.replace(rule, letters=1, since=Since.SUBMISSION, severity=Severity.REFUSAL)
    policy = policy_with([rule], issues)
    end = first_day_from(received, lambda day: not still_counts(rule, received, day, issues))
    last_day = end - timedelta(days=1)
    counted = data.draw(st.just(last_day) | st.dates(received, last_day))
    history = [earlier_letter(received)]
    too_soon = [("name.too_soon", {"again_from": end.isoformat()})]
    assert refusals_of(check_letter(policy, counted, history)) == too_soon
    assert check_letter(policy, end, history).accepted


class UnfilteredRecord(RecordInMemory):
    """A record that returns all of its letters, however old."""

    def earlier_letters(self, keys: WriterKeys, since: date) -> list[EarlierLetter]:
        """Return all letters."""
        del keys, since
        return list(self.letters)


@given(CASES, OF_BOTH_KINDS, CALENDARS)
def test_letters_older_than_the_record_is_asked_for_change_nothing(
    case: tuple[date, list[EarlierLetter]], frequency: list[FrequencyRule], issues: IssueCalendar
) -> None:
    today, history = case
    policy = policy_with(frequency, issues)
    everything = check(letter(), policy, today, UnfilteredRecord(*history))
    assert check_letter(policy, today, history).findings == everything.findings


@given(CASES, OF_BOTH_KINDS, CALENDARS)
def test_the_desk_sees_the_first_day_on_which_no_rule_is_exceeded(
    case: tuple[date, list[EarlierLetter]], frequency: list[FrequencyRule], issues: IssueCalendar
) -> None:
    today, history = case
    policy = policy_with(frequency, issues)
    first_day = first_day_from(today, lambda day: may_write(policy, day, history))
    eligible = eligible_from(WRITER, "", policy, today, RecordInMemory(*history))
    assert eligible == (None if first_day == today else first_day)


@given(CASES, OF_BOTH_KINDS)
def test_a_rule_for_the_editor_never_returns_a_letter(
    case: tuple[date, list[EarlierLetter]], frequency: list[FrequencyRule]
) -> None:
    today, history = case
    policy = policy_with(frequency, ON_THURSDAYS)
    for_writers = [rule for rule in frequency if rule.severity is Severity.REFUSAL]
    verdict = check_letter(policy, today, history)
    assert verdict.accepted == check_letter(policy_with(for_writers, ON_THURSDAYS), today, history).accepted


@given(CASES, REFUSING, st.lists(st.sampled_from(SHARERS), min_size=6))
def test_sharing_a_phone_or_a_name_alone_never_returns_a_letter(
    case: tuple[date, list[EarlierLetter]], frequency: list[FrequencyRule], sharers: list[WriterKeys]
) -> None:
    today, history = case
    policy = policy_with(frequency, ON_THURSDAYS)
    by_others = [dataclasses.replace(each, keys=keys) for each, keys in zip(history, sharers, strict=False)]
    verdict = check_letter(policy, today, by_others)
    assert verdict.accepted
    seen = [code for code, _ in advisories_at(verdict, Field.NAME)]
    assert seen == ([] if check_letter(policy, today, history).accepted else ["name.seen"])


@given(CASES, OF_BOTH_KINDS, CALENDARS)
def test_the_order_of_the_record_does_not_matter(
    case: tuple[date, list[EarlierLetter]], frequency: list[FrequencyRule], issues: IssueCalendar
) -> None:
    today, history = case
    policy = policy_with(frequency, issues)
    assert (
        check_letter(policy, today, history).findings == check_letter(policy, today, history[::-1]).findings
    )
