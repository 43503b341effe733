"""Frequency rules: each paper's rule before and on the first day on which a writer may write again."""

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.papers import (
    WRITER,
    RecordInMemory,
    advisories_at,
    check_letter,
    earlier_letter,
    paper,
    refusals_of,
    valid_letter,
)
from tests.samples import HERALD, TODAY, letter
from webapp.rules.check import check
from webapp.rules.findings import Severity
from webapp.rules.frequency import EarlierLetter, WriterKeys, eligible_from, is_same_writer, writer_keys
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.frequency import Counted, FrequencyRule, Period, Since
from webapp.rules.policy.sections.issues import IssueCalendar
from webapp.rules.submission import Field

ONE_DAY = timedelta(days=1)
HOUSEHOLD = WriterKeys("mei-ling@example.com", WRITER.phone, "chan mei ling")
NAMESAKE = WriterKeys("another@example.com", "+85229876543", WRITER.folded_name)
STRANGER = WriterKeys("stranger@example.com", "+85223456789", "a stranger")


def too_soon(again_from: date) -> list[tuple[str, dict[str, str]]]:
    return [("name.too_soon", {"again_from": again_from.isoformat()})]


def with_rules(*rules: FrequencyRule) -> Policy:
    return dataclasses.replace(HERALD, frequency=rules)


@pytest.mark.parametrize(
    ("slug", "received", "again_from"),
    [
        ("fernvale-chronicle", date(2026, 3, 1), date(2026, 3, 8)),
        ("fernvale-chronicle", date(2028, 2, 24), date(2028, 3, 2)),  # over a 29 February
        ("knockbrae-gazette", date(2026, 3, 1), date(2026, 3, 15)),
        ("tallgrass-sentinel", date(2026, 1, 14), date(2026, 3, 14)),
        ("tallgrass-sentinel", date(2025, 12, 31), date(2026, 2, 28)),
        ("tallgrass-sentinel", date(2027, 12, 30), date(2028, 2, 29)),
        ("tallgrass-sentinel", date(2025, 11, 30), date(2026, 1, 30)),
        ("loonlake-lantern", date(2026, 3, 1), date(2026, 4, 1)),
        ("loonlake-lantern", date(2026, 3, 31), date(2026, 4, 1)),
        ("loonlake-lantern", date(2025, 12, 15), date(2026, 1, 1)),
        ("ferrytown-weekly", date(2026, 3, 10), date(2026, 3, 11)),  # a Tuesday; comes out on Wednesdays
        ("ferrytown-weekly", date(2026, 3, 11), date(2026, 3, 18)),
        ("ferrytown-weekly", date(2026, 3, 12), date(2026, 3, 18)),
    ],
)
def test_the_writer_is_told_the_first_day_on_which_the_paper_takes_another(
    slug: str, received: date, again_from: date
) -> None:
    record = RecordInMemory(earlier_letter(received))
    assert refusals_of(check_letter(slug, received, record)) == too_soon(again_from)
    assert refusals_of(check_letter(slug, again_from - ONE_DAY, record)) == too_soon(again_from)
    assert check_letter(slug, again_from, record).accepted


def test_a_daily_paper_has_an_issue_every_day() -> None:
    rules = with_rules(FrequencyRule(letters=1, per=Period.ISSUE))
    policy = dataclasses.replace(rules, paper=dataclasses.replace(rules.paper, issues=IssueCalendar()))
    record = RecordInMemory(earlier_letter(TODAY))
    assert refusals_of(check(letter(), policy, TODAY, record)) == too_soon(TODAY + ONE_DAY)
    assert check(letter(), policy, TODAY + ONE_DAY, record).accepted


def test_thirty_days_are_counted_from_publication() -> None:
    printed = date(2026, 3, 1)
    record = RecordInMemory(earlier_letter(date(2026, 1, 5), published=printed))
    for today in (printed, date(2026, 3, 30)):
        assert refusals_of(check_letter("saltmarsh-beacon", today, record)) == too_soon(date(2026, 3, 31))
    assert check_letter("saltmarsh-beacon", date(2026, 3, 31), record).accepted


def test_a_letter_that_was_never_printed_does_not_count_from_publication() -> None:
    record = RecordInMemory(earlier_letter(TODAY), earlier_letter(TODAY - ONE_DAY))
    assert check_letter("saltmarsh-beacon", TODAY, record).accepted


def test_where_two_letters_are_taken_the_third_waits_for_the_first_to_grow_old() -> None:
    policy = with_rules(FrequencyRule(letters=2, days=10))
    first, second = earlier_letter(date(2026, 3, 1)), earlier_letter(date(2026, 3, 5))
    today = date(2026, 3, 6)
    assert check(letter(), policy, today, RecordInMemory(first)).accepted
    assert refusals_of(check(letter(), policy, today, RecordInMemory(second, first))) == too_soon(
        date(2026, 3, 11)
    )
    # Three letters were received, under an earlier rule: two of them have to stop counting.
    three = RecordInMemory(first, second, earlier_letter(date(2026, 3, 4)))
    assert refusals_of(check(letter(), policy, today, three)) == too_soon(date(2026, 3, 14))


def test_where_several_rules_say_no_the_writer_hears_when_all_say_yes() -> None:
    policy = with_rules(
        FrequencyRule(letters=1, days=7),
        FrequencyRule(letters=2, per=Period.CALENDAR_MONTH),
        FrequencyRule(letters=3, months=2),
    )
    today = date(2026, 3, 20)
    one, two, three = (earlier_letter(date(2026, month, day)) for month, day in ((3, 18), (3, 2), (2, 20)))
    assert refusals_of(check(letter(), policy, today, RecordInMemory(one))) == too_soon(date(2026, 3, 25))
    assert refusals_of(check(letter(), policy, today, RecordInMemory(one, two))) == too_soon(date(2026, 4, 1))
    assert refusals_of(check(letter(), policy, today, RecordInMemory(one, two, three))) == too_soon(
        date(2026, 4, 20)
    )


def test_a_rule_for_the_editor_only_returns_no_letter() -> None:
    policy = with_rules(FrequencyRule(letters=1, days=7, severity=Severity.ADVISORY))
    verdict = check(letter(), policy, TODAY, RecordInMemory(earlier_letter(TODAY)))
    assert verdict.accepted
    assert advisories_at(verdict, Field.NAME) == too_soon(TODAY + timedelta(days=7))


def test_a_rule_for_the_editor_does_not_keep_the_writer_waiting() -> None:
    policy = with_rules(
        FrequencyRule(letters=1, days=7), FrequencyRule(letters=1, days=30, severity=Severity.ADVISORY)
    )
    record = RecordInMemory(earlier_letter(TODAY))
    refused = check(letter(), policy, TODAY, record)
    assert refusals_of(refused) == too_soon(TODAY + timedelta(days=7))
    assert advisories_at(refused, Field.NAME) == []
    accepted = check(letter(), policy, TODAY + timedelta(days=7), record)
    assert advisories_at(accepted, Field.NAME) == too_soon(TODAY + timedelta(days=30))


def test_who_was_named_in_the_paper_may_always_reply() -> None:
    record = RecordInMemory(earlier_letter(TODAY))
    reply = {"category": "right-of-reply"}
    verdict = check_letter("loonlake-lantern", TODAY, record, **reply)
    assert verdict.accepted
    assert advisories_at(verdict, Field.CATEGORY) == [("category.right_of_reply", {})]
    assert record.queries == 0
    assert refusals_of(check_letter("loonlake-lantern", TODAY, record)) == too_soon(date(2026, 4, 1))
    nothing = {"article_headline": "", "article_url": "", "article_date": ""}
    assert refusals_of(check_letter("loonlake-lantern", TODAY, record, **reply, **nothing)) == [
        ("article_headline.missing", {})
    ]


def test_a_reply_uses_up_nothing() -> None:
    record = RecordInMemory(earlier_letter(TODAY, category="right-of-reply"))
    verdict = check_letter("loonlake-lantern", TODAY, record)
    assert verdict.accepted
    assert advisories_at(verdict, Field.NAME) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (WRITER, WRITER, True),
        (WRITER, WriterKeys(WRITER.email_key, "", "someone else"), True),
        (WRITER, WriterKeys("other@example.com", WRITER.phone, WRITER.folded_name), True),
        (WRITER, HOUSEHOLD, False),
        (WRITER, NAMESAKE, False),
        (WRITER, STRANGER, False),
        (WriterKeys("", "", "chan tai man"), WriterKeys("", "", "chan tai man"), False),
    ],
)
def test_who_is_the_same_writer(mine: WriterKeys, theirs: WriterKeys, *, same: bool) -> None:
    assert is_same_writer(mine, theirs) is same
    assert is_same_writer(theirs, mine) is same


@pytest.mark.parametrize("keys", [HOUSEHOLD, NAMESAKE])
def test_who_may_be_the_same_writer_is_for_the_editor_to_see(keys: WriterKeys) -> None:
    record = RecordInMemory(earlier_letter(TODAY, keys=keys), earlier_letter(TODAY, keys=STRANGER))
    verdict = check_letter("fernvale-chronicle", TODAY, record)
    assert verdict.accepted
    assert advisories_at(verdict, Field.NAME) == [("name.seen", {"actual": 1})]


def test_the_editor_sees_how_many_letters_may_be_by_the_same_writer_beside_those_that_are() -> None:
    record = RecordInMemory(earlier_letter(TODAY), earlier_letter(TODAY, keys=NAMESAKE))
    verdict = check(letter(), with_rules(FrequencyRule(letters=2, days=7)), TODAY, record)
    assert verdict.accepted
    assert advisories_at(verdict, Field.NAME) == [("name.seen", {"actual": 1})]


def test_who_may_be_the_same_writer_is_not_spoken_of_where_it_would_not_matter() -> None:
    a_week_ago = RecordInMemory(earlier_letter(TODAY - timedelta(days=7), keys=NAMESAKE))
    last_month = RecordInMemory(earlier_letter(date(2026, 2, 28), keys=NAMESAKE))
    not_printed = RecordInMemory(earlier_letter(TODAY, keys=NAMESAKE))
    for verdict in (
        check_letter("fernvale-chronicle", TODAY, a_week_ago),
        check_letter("loonlake-lantern", date(2026, 3, 1), last_month),
        check_letter("saltmarsh-beacon", TODAY, not_printed),
    ):
        assert verdict.accepted
        assert advisories_at(verdict, Field.NAME) == []


def test_a_writer_is_known_by_what_two_spellings_share() -> None:
    spellings: list[dict[str, str | bool]] = [
        {"email": "TAI-MAN+letters@Example.com"},
        {"email": "TAI-MAN+letters@Example.com", "phone": "2987 6543", "name": "Wong Siu-fong"},
        {"email": "office@example.com", "phone": "00852 2123-4567", "name": "CHAN  Tai Man"},
        {"email": "office@example.com", "name": "Chán Tai-man"},
    ]
    record = RecordInMemory(earlier_letter(TODAY))
    for spelling in spellings:
        verdict = check_letter("fernvale-chronicle", TODAY, record, **spelling)
        assert refusals_of(verdict) == too_soon(TODAY + timedelta(days=7)), spelling


def test_a_name_that_unfolds_into_many_letters_is_kept_short() -> None:
    verdict = check(valid_letter(name=" ".join(["ﷺ"] * 50)), paper("fernvale-chronicle"), TODAY)
    assert verdict.letter
    assert len(writer_keys(verdict.letter.sender).folded_name) == 300


def test_a_paper_without_such_a_rule_asks_for_no_record() -> None:
    record = RecordInMemory(earlier_letter(TODAY))
    assert check(letter(), HERALD, TODAY, record).accepted
    assert eligible_from(WRITER, "", HERALD, TODAY, record) is None
    assert record.queries == 0


def test_the_record_is_asked_once_whatever_the_rules() -> None:
    record = RecordInMemory()
    rules = [FrequencyRule(letters=1, days=7, since=since) for since in Since]
    check(letter(), with_rules(*rules, FrequencyRule(letters=1, months=12)), TODAY, record)
    assert record.queries == 1


def test_a_name_that_is_refused_is_not_looked_for() -> None:
    record = RecordInMemory(EarlierLetter(WRITER, TODAY, None))
    assert refusals_of(check_letter("fernvale-chronicle", TODAY, record, name="")) == [("name.missing", {})]
    assert record.queries == 0


def test_a_letter_is_not_held_against_one_that_came_after_it() -> None:
    policy = with_rules(FrequencyRule(letters=1, days=7))
    assert check(letter(), policy, TODAY, RecordInMemory(earlier_letter(TODAY + ONE_DAY))).accepted
    assert not check(letter(), policy, TODAY, RecordInMemory(earlier_letter(TODAY))).accepted


@pytest.mark.parametrize(
    ("period", "received", "again_from"),
    [
        ({"per": Period.CALENDAR_YEAR}, date(2026, 1, 1), date(2027, 1, 1)),
        ({"per": Period.CALENDAR_YEAR}, date(2026, 12, 31), date(2027, 1, 1)),
        # Of a Wednesday's paper.
        ({"issues": 1}, date(2026, 3, 10), date(2026, 3, 11)),
        ({"issues": 4}, date(2026, 3, 11), date(2026, 4, 8)),
        # From a Monday, a Friday, a Saturday and a Sunday on.
        ({"working_days": 5}, date(2026, 3, 9), date(2026, 3, 16)),
        ({"working_days": 1}, date(2026, 3, 13), date(2026, 3, 16)),
        ({"working_days": 1}, date(2026, 3, 14), date(2026, 3, 16)),
        ({"working_days": 6}, date(2026, 3, 15), date(2026, 3, 23)),
    ],
)
def test_periods_of_years_issues_and_working_days(
    period: dict[str, Any], received: date, again_from: date
) -> None:
    policy = with_rules(FrequencyRule(letters=1, **period))
    wednesdays = IssueCalendar(weekdays=frozenset({2}))
    policy = dataclasses.replace(policy, paper=dataclasses.replace(policy.paper, issues=wednesdays))
    record = RecordInMemory(earlier_letter(received))
    assert refusals_of(check(letter(), policy, again_from - ONE_DAY, record)) == too_soon(again_from)
    assert check(letter(), policy, again_from, record).accepted


def test_a_rule_of_one_kind_counts_and_returns_letters_of_that_kind_only() -> None:
    thanks = Category(key="thanks", title=LocalizedText.plain("Thanks"), length=HERALD.length)
    yearly = FrequencyRule(letters=1, per=Period.CALENDAR_YEAR, categories=frozenset({"thanks"}))
    policy = dataclasses.replace(with_rules(yearly), categories=(thanks,))
    general, thanked = (
        dataclasses.replace(earlier_letter(TODAY - ONE_DAY), category=key) for key in ("", "thanks")
    )
    for earlier, category, is_accepted in (
        (general, "", True),
        (general, "thanks", True),
        (thanked, "", True),
        (thanked, "thanks", False),
    ):
        verdict = check(letter(category=category), policy, TODAY, RecordInMemory(earlier))
        assert verdict.accepted is is_accepted
        eligible = eligible_from(WRITER, category, policy, TODAY, RecordInMemory(earlier))
        assert (eligible is None) is is_accepted


@pytest.mark.parametrize("counted", [Counted.CANDIDATE, Counted.SUBJECT])
def test_what_a_letter_is_about_is_for_the_editor_to_judge(counted: Counted) -> None:
    policy = with_rules(FrequencyRule(letters=1, days=7, counted=counted))
    assert check(letter(), policy, TODAY, RecordInMemory(earlier_letter(TODAY))).accepted
    assert eligible_from(WRITER, "", policy, TODAY, RecordInMemory(earlier_letter(TODAY))) is None
