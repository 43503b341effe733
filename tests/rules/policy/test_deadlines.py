"""Deadlines: the next one at any moment, in the paper's time zone; mistakes in them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in, mistakes_in_addition
from webapp.rules.policy import Policy
from webapp.rules.policy.loading import parse_policy
from webapp.rules.policy.sections.deadlines import next_deadline
from webapp.rules.policy.sections.issues import WEEKDAYS
from webapp.wording.policy import deadline_in_words

LONDON = ZoneInfo("Europe/London")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=LONDON)
BY_TUESDAY_NOON = """\
[[deadlines]]
issue = "thursday"
days_before = 2
at = 12:00:00
"""


def policy_with(deadlines: str, issue_days: str = 'issue_days = ["monday", "thursday"]') -> Policy:
    return parse_policy(VALID_POLICY.replace("[words]", f"{issue_days}\n[words]") + deadlines)


def next_of(policy: Policy, moment: datetime) -> tuple[str, str] | None:
    found = next_deadline(policy.deadlines, policy.paper, moment)
    return (f"{found.until:%Y-%m-%d %H:%M}", found.issue.isoformat()) if found else None


@pytest.mark.parametrize(
    ("moment", "until", "issue"),
    [
        # 2026-12-08 is a Tuesday.
        ("2026-12-07 09:00", "2026-12-08 12:00", "2026-12-10"),
        ("2026-12-08 11:59", "2026-12-08 12:00", "2026-12-10"),
        ("2026-12-08 12:00", "2026-12-15 12:00", "2026-12-17"),
        ("2026-12-10 18:00", "2026-12-15 12:00", "2026-12-17"),
    ],
)
def test_the_next_deadline(moment: str, until: str, issue: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=LONDON)
    assert next_of(policy_with(BY_TUESDAY_NOON), at) == (until, issue)
    assert next_of(policy_with(BY_TUESDAY_NOON), at.astimezone(UTC)) == (until, issue)


def test_of_several_deadlines_the_first_counts() -> None:
    policy = policy_with(BY_TUESDAY_NOON + "[[deadlines]]\ndays_before = 0\nat = 08:30:00\n")
    assert next_of(policy, datetime(2026, 12, 6, 12, tzinfo=LONDON)) == ("2026-12-07 08:30", "2026-12-07")
    assert next_of(policy, datetime(2026, 12, 7, 9, tzinfo=LONDON)) == ("2026-12-08 12:00", "2026-12-10")


def test_a_paper_without_deadlines_has_none() -> None:
    moment = datetime(2026, 12, 7, 9, tzinfo=LONDON)
    assert next_of(policy_with(""), moment) is None
    assert deadline_in_words(policy_with(""), moment) == ""


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.integers(0, 31),
    st.sampled_from(["", "days_of_month = [1]", "every_weeks = 13\nfirst_issue = 2026-01-08"]),
)
def test_there_is_always_a_next_one_that_belongs_to_its_issue(
    moment: datetime, days_before: int, issues: str
) -> None:
    policy = policy_with(f"[[deadlines]]\ndays_before = {days_before}\nat = 12:00:00\n", issues)
    found = next_deadline(policy.deadlines, policy.paper, moment)
    assert found is not None
    assert found.until > moment
    assert found.issue - found.until.date() == timedelta(days=days_before)
    assert policy.paper.issues.has_issue_on(found.issue)
    earlier = (found.issue - timedelta(days=ahead) for ahead in range(1, 130))
    last = next(day for day in earlier if policy.paper.issues.has_issue_on(day))
    passed = datetime.combine(last - timedelta(days=days_before), found.until.time(), LONDON)
    assert passed <= moment, "the deadline of the issue before is over"


def test_the_next_deadline_in_words() -> None:
    moment = datetime(2026, 12, 7, 9, tzinfo=LONDON)
    assert deadline_in_words(policy_with(BY_TUESDAY_NOON), moment) == (
        "In time for the issue of Thursday, 10 December 2026: until Tuesday, 8 December 2026, 12:00."
    )


def test_a_deadline_at_midnight_is_the_end_of_the_day_before() -> None:
    policy = policy_with("[[deadlines]]\ndays_before = 1\nat = 00:00:00\n")
    assert deadline_in_words(policy, datetime(2026, 12, 7, 9, tzinfo=LONDON)) == (
        "In time for the issue of Thursday, 10 December 2026: until the end of Tuesday, 8 December 2026."
    )


def test_a_deadline_needs_an_issue_on_its_weekday() -> None:
    deadlines = VALID_POLICY.replace("[words]", 'issue_days = ["monday"]\n[words]') + BY_TUESDAY_NOON
    assert mistakes_in(deadlines) == ["10: deadlines[0].issue: “paper.issue_days” has no thursday"]
    by_day_of_month = VALID_POLICY.replace("[words]", "days_of_month = [1]\n[words]") + BY_TUESDAY_NOON
    assert parse_policy(by_day_of_month).deadlines[0].weekday == WEEKDAYS.index("thursday")


def test_mistakes_in_deadlines() -> None:
    assert mistakes_in_addition("""\
[[deadlines]]
issue = "Thursday"
days_before = 32
at = "noon"
[[deadlines]]
""") == [
        "2: deadlines[0].issue: has to be a weekday like “monday”, not “Thursday”",
        "3: deadlines[0].days_before: has to be from 0 to 31, not 32",
        "4: deadlines[0].at: has to be a time without quotes, like 12:00:00, not “noon”",
        "5: deadlines[1]: “days_before” is missing",
        "5: deadlines[1]: “at” is missing",
    ]
    assert date(2026, 12, 8).weekday() == 1
