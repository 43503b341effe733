"""When a paper has an issue: each week, every few weeks, on weekdays or days of a month; mistakes in it."""

from datetime import date

import pytest

from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in
from webapp.rules.policy.loading import parse_policy
from webapp.rules.policy.sections.issues import IssueCalendar


def calendar_of(keys: str) -> IssueCalendar:
    """Return the calendar of a policy with these keys in [paper]."""
    return parse_policy(VALID_POLICY.replace("[words]", f"{keys}\n[words]")).paper.issues


@pytest.mark.parametrize(
    ("keys", "issues"),
    [
        ("", ["2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02"]),
        ('issue_days = ["tuesday", "friday"]', ["2026-12-01", "2026-12-04", "2026-12-08", "2026-12-11"]),
        (
            'issue_days = ["wednesday"]\nevery_weeks = 2\nfirst_issue = 2026-01-05',
            ["2026-12-09", "2026-12-23", "2027-01-06", "2027-01-20"],
        ),
        (
            'issue_days = ["tuesday"]\nweeks_of_month = [1, 3]',
            ["2026-12-01", "2026-12-15", "2027-01-05", "2027-01-19"],
        ),
        (
            'issue_days = ["tuesday"]\nweeks_of_month = [-1]',
            ["2026-12-29", "2027-01-26", "2027-02-23", "2027-03-30"],
        ),
        (
            'issue_days = ["sunday"]\nweeks_of_month = [2, -1]',
            ["2026-11-29", "2026-12-13", "2026-12-27", "2027-01-10"],
        ),
        ("days_of_month = [31]", ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
        ("days_of_month = [1, 15]", ["2026-12-01", "2026-12-15", "2027-01-01", "2027-01-15"]),
    ],
)
def test_the_issues_of_a_paper(keys: str, issues: list[str]) -> None:
    calendar = calendar_of(keys)
    found, day = [], date(2026, 11, 28)
    for _ in issues:
        day = calendar.next_issue(day)
        found.append(day.isoformat())
    assert found == issues


@pytest.mark.parametrize(
    ("keys", "mistake"),
    [
        ("every_weeks = 2", "every_weeks: needs “first_issue”"),
        ("every_weeks = 14", "every_weeks: has to be from 1 to 13, not 14"),
        ("weeks_of_month = [5]", "weeks_of_month: has to list whole numbers from -1 to 4, not 5"),
        ("weeks_of_month = [true]", "weeks_of_month: has to list whole numbers from -1 to 4, not true"),
        (
            "weeks_of_month = [0, 1]",
            "weeks_of_month: has to list 1 to 4, and -1 for the last of a month, not 0",
        ),
        ("first_issue = 2026-01-08", "first_issue: changes nothing without “every_weeks”, of 2 or more"),
        ("days_of_month = [32]", "days_of_month: has to list whole numbers from 1 to 31, not 32"),
        ("days_of_month = []", "days_of_month: lists nothing"),
        ("days_of_month = 1", "days_of_month: has to be a list, not 1"),
        ('days_of_month = [1]\nissue_days = ["monday"]', "days_of_month: can't be set beside “issue_days”"),
        (
            "days_of_month = [1]\nweeks_of_month = [1]",
            "days_of_month: can't be set beside “weeks_of_month”",
        ),
    ],
)
def test_a_mistake_in_the_issues(keys: str, mistake: str) -> None:
    (found,) = mistakes_in(VALID_POLICY.replace("[words]", f"{keys}\n[words]"))
    assert mistake in found
