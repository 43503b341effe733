"""The tables [[deadlines]]: `Deadline`, until when letters are in time for an issue; their reader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from webapp.rules.policy.sections.issues import DAYS_PER_WEEK, WEEKDAYS
from webapp.rules.policy.sections.paper import Paper
from webapp.rules.policy.toml_table import TomlTable

MAX_DAYS_BEFORE = 31
"""Days; a month before the issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Until when a letter has to be there for an issue.

    Attributes:
        days_before: Days before the issue; 0 for its own day.
        at: The time of that day, in the paper's time zone.
        weekday: The weekday of the issues that it is for; Monday is 0. All issues if ``None``.
    """

    days_before: int
    at: time
    weekday: int | None = None

    def before(self, issue: date, paper: Paper) -> datetime:
        """Return the moment of the deadline for an issue."""
        return datetime.combine(issue - timedelta(days=self.days_before), self.at, paper.time_zone)


@dataclass(frozen=True, slots=True, order=True)
class NextDeadline:
    """The next moment until which a letter is in time for an issue.

    Attributes:
        until: The moment, in the paper's time zone.
        issue: The date of the issue.
    """

    until: datetime
    issue: date


def next_deadline(deadlines: Sequence[Deadline], paper: Paper, moment: datetime) -> NextDeadline | None:
    """Return the first deadline after ``moment``; ``None`` if the paper has none.

    Args:
        deadlines: The deadlines of the paper.
        paper: The paper, with its issues.
        moment: The present moment, with a time zone.
    """
    if not deadlines:
        return None
    upcoming = (
        NextDeadline(each.before(issue, paper), issue)
        for issue in _issues_from(paper, paper.local_date(moment))
        for each in deadlines
        if each.weekday in {None, issue.weekday()}
    )
    return min((each for each in upcoming if each.until > moment), default=None)


def _issues_from(paper: Paper, today: date) -> Iterator[date]:
    """Yield the issues from ``today`` on for as long as one of them can have the next deadline."""
    # Each weekday with issues has one within a week of issues after the longest time before an issue.
    last = today + timedelta(days=MAX_DAYS_BEFORE + DAYS_PER_WEEK + paper.issues.longest_gap)
    issue = paper.issues.next_issue(today - timedelta(days=1))
    while issue <= last:
        yield issue
        issue = paper.issues.next_issue(issue)


def read_deadline(table: TomlTable) -> Deadline:
    """Read one table of [[deadlines]]."""
    weekday = table.text("issue", "")
    if weekday and weekday not in WEEKDAYS:
        table.add_mistake("issue", f"has to be a weekday like “{WEEKDAYS[0]}”, not “{weekday}”")
    deadline = Deadline(
        days_before=table.integer("days_before", least=0, most=MAX_DAYS_BEFORE),
        at=table.time("at"),
        weekday=WEEKDAYS.index(weekday) if weekday in WEEKDAYS else None,
    )
    table.finish()
    return deadline
