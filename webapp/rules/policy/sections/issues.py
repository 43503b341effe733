"""When a paper has an issue: `IssueCalendar`, of the table [paper]; its reader."""

from dataclasses import dataclass
from datetime import date, timedelta

from webapp.rules.policy.toml_table import NO_DATE, TomlTable

DAYS_PER_WEEK = 7
EVERY_DAY = frozenset(range(DAYS_PER_WEEK))
"""All weekdays; Monday is 0."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_EVERY_WEEKS = 13
"""Weeks; a quarterly is no more seldom."""
MAX_MONTHLY_GAP = 62
"""Days from an issue in one month to that in the next, which may be short of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCalendar:
    """The days on which an issue appears.

    Attributes:
        weekdays: Weekdays with an issue; Monday is 0.
        every_weeks: Weeks from one week with issues to the next, counted from that of ``first_issue``.
        first_issue: A day in a week with issues; ``None`` if every week has some.
        weeks_of_month: Which of each weekday of a month: 1 for the first, up to 5; all if empty.
        days_of_month: Days of each month, in place of weekdays; none if empty.
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
            return day.day in self.days_of_month
        if day.weekday() not in self.weekdays:
            return False
        if self.weeks_of_month:
            return (day.day - 1) // DAYS_PER_WEEK + 1 in self.weeks_of_month
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
        weeks_of_month=table.integers("weeks_of_month", least=1, most=4),
        # Each month has the first 28 days.
        days_of_month=table.integers("days_of_month", least=1, most=28),
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
    if every_weeks == 1 or first_issue == NO_DATE:
        return None
    return first_issue


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
