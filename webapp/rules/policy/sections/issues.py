"""When a paper has an issue: `IssueCalendar`, of the table [paper]; its reader."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.rules.policy.toml_table import NO_DATE, TomlTable

DAYS_PER_WEEK = 7
EVERY_DAY = frozenset(range(DAYS_PER_WEEK))
"""All weekdays; Monday is 0."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_EVERY_WEEKS = 13
"""Weeks; a quarterly is no more seldom."""
LAST_WEEK = -1
"""The last of each weekday of a month, in ``weeks_of_month``."""
MAX_WEEKS_OF_MONTH = 4
"""Each month has each weekday four times; a fifth time only in some."""
MAX_DAYS_OF_MONTH = 31
MAX_MONTHLY_GAP = 62
"""Days from an issue in one month to that in the next, which may be short of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCalendar:
    """The days on which an issue appears.

    Attributes:
        weekdays: Weekdays with an issue; Monday is 0.
        every_weeks: Weeks from one week with issues to the next, counted from that of ``first_issue``.
        first_issue: A day in a week with issues; ``None`` if every week has some.
        weeks_of_month: Which of each weekday of a month: 1 for the first, up to 4, `LAST_WEEK` for the last;
            all if empty.
        days_of_month: Days of each month, in place of weekdays, the last day of a shorter month for those
            that it doesn't have; none if empty.
    """

    weekdays: frozenset[int] = EVERY_DAY
    every_weeks: int = 1
    first_issue: date | None = None
    weeks_of_month: frozenset[int] = frozenset()
    days_of_month: frozenset[int] = frozenset()

    @property
    def longest_gap(self) -> int:
        """Days that are never fewer than those from one issue to the next."""
        return (
            MAX_MONTHLY_GAP if self.days_of_month or self.weeks_of_month else DAYS_PER_WEEK * self.every_weeks
        )

    def has_issue_on(self, day: date) -> bool:
        """Return whether an issue appears on ``day``."""
        if self.days_of_month:
            return day.day in self.days_of_month or (
                _is_last_of_month(day) and max(self.days_of_month) > day.day
            )
        if day.weekday() not in self.weekdays:
            return False
        if self.weeks_of_month:
            week = (day.day - 1) // DAYS_PER_WEEK + 1
            is_last = _is_last_of_month(day, within=DAYS_PER_WEEK)
            return week in self.weeks_of_month or (is_last and LAST_WEEK in self.weeks_of_month)
        if self.first_issue is None:
            return True
        weeks = (_monday(day) - _monday(self.first_issue)).days // DAYS_PER_WEEK
        return weeks % self.every_weeks == 0

    def next_issue(self, after: date) -> date:
        """Return the date of the next issue after ``after``, which itself is excluded.

        Raises:
            StopIteration: The paper has no issue days, which no policy file can say.
        """
        days = (after + timedelta(days=ahead) for ahead in range(1, self.longest_gap + 1))
        return next(day for day in days if self.has_issue_on(day))


EVERY_DAY_AN_ISSUE = IssueCalendar()
"""The calendar of a paper that says nothing else."""


def read_issue_calendar(table: TomlTable) -> IssueCalendar:
    """Read the keys of [paper] on its issues: each week, every few weeks, or on days of the month."""
    weekdays = frozenset(WEEKDAYS.index(day) for day in table.words("issue_days", WEEKDAYS))
    every_weeks = table.integer("every_weeks", 1, least=1, most=MAX_EVERY_WEEKS)
    calendar = IssueCalendar(
        weekdays=weekdays or EVERY_DAY,
        every_weeks=every_weeks,
        first_issue=_read_first_issue(table, every_weeks),
        weeks_of_month=_read_weeks_of_month(table),
        days_of_month=table.integers("days_of_month", least=1, most=MAX_DAYS_OF_MONTH),
    )
    set_keys = [
        key
        for key, is_set in (
            ("every_weeks", every_weeks > 1),
            ("weeks_of_month", bool(calendar.weeks_of_month)),
            ("days_of_month", bool(calendar.days_of_month)),
        )
        if is_set
    ]
    for key in set_keys[1:]:
        table.add_mistake(key, f"can't be set beside “{set_keys[0]}”")
    if calendar.days_of_month and weekdays:
        table.add_mistake("days_of_month", "can't be set beside “issue_days”")
    return calendar


def _read_first_issue(table: TomlTable, every_weeks: int) -> date | None:
    first_issue = table.optional_date("first_issue")
    if every_weeks > 1 and first_issue is None:
        table.add_mistake("every_weeks", "needs “first_issue”: a day in a week with an issue")
    if every_weeks == 1 and first_issue is not None:
        table.add_mistake("first_issue", "changes nothing without “every_weeks”, of 2 or more")
    if every_weeks == 1 or first_issue == NO_DATE:
        return None
    return first_issue


def _read_weeks_of_month(table: TomlTable) -> frozenset[int]:
    weeks = table.integers("weeks_of_month", least=LAST_WEEK, most=MAX_WEEKS_OF_MONTH)
    if 0 in weeks:
        reason = f"has to list 1 to {MAX_WEEKS_OF_MONTH}, and {LAST_WEEK} for the last of a month, not 0"
        table.add_mistake("weeks_of_month", reason)
    return weeks - {0}


def _is_last_of_month(day: date, within: int = 1) -> bool:
    """Return whether ``day`` is one of the last days of its month, as many as ``within``."""
    return day.day > calendar.monthrange(day.year, day.month)[1] - within


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
