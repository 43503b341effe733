"""Election rules: each applies on its days and to its categories, and to no others."""

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from tests.rules.papers import advisories_at, refusals_of, words
from tests.samples import HERALD, letter
from webapp.rules.check import Verdict, check
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.elections import Election
from webapp.rules.policy.sections.length import LengthLimits
from webapp.rules.submission import Field

BEGINS, POLLING_DAY = date(2026, 9, 1), date(2026, 11, 3)
IN_BETWEEN = date(2026, 10, 1)
ONE_DAY = timedelta(days=1)
ENDORSEMENT = Category(
    key="endorsement", title=LocalizedText.plain("Endorsement"), length=LengthLimits(maximum=100, minimum=20)
)
REPLY = Category(key="reply", title=LocalizedText.plain("Reply"), length=LengthLimits(maximum=300))
CAMPAIGN = Election(begins=BEGINS, polling_day=POLLING_DAY)


def paper_with(*elections: Election) -> Policy:
    return dataclasses.replace(HERALD, categories=(ENDORSEMENT, REPLY), elections=elections)


def check_letter(policy: Policy, today: date, /, **changes: str) -> Verdict:
    return check(letter(**{"body": words(50), **changes}), policy, today)


@pytest.mark.parametrize(
    ("today", "most"),
    [
        (BEGINS - ONE_DAY, 100),
        (BEGINS, 80),
        (IN_BETWEEN, 80),
        (POLLING_DAY, 80),
        (POLLING_DAY + ONE_DAY, 100),
    ],
)
def test_a_lower_cap_holds_from_the_first_day_to_polling_day(today: date, most: int) -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, length_maximum=80, categories=("endorsement",)))
    assert check_letter(policy, today, category="endorsement", body=words(most)).accepted
    assert refusals_of(check_letter(policy, today, category="endorsement", body=words(most + 1))) == [
        ("body.too_long", {"limit": most, "actual": most + 1})
    ]
    assert check_letter(policy, today, category="reply", body=words(300)).accepted
    assert check_letter(policy, today, body=words(400)).accepted


def test_a_cap_is_only_ever_lowered() -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, length_maximum=200))
    assert policy.length_limits("", IN_BETWEEN).maximum == 200
    assert policy.length_limits("endorsement", IN_BETWEEN).maximum == 100


def test_a_cap_below_the_minimum_leaves_one_length() -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, length_maximum=10))
    assert policy.length_limits("endorsement", IN_BETWEEN) == LengthLimits(maximum=10, minimum=10)


@pytest.mark.parametrize(
    ("today", "closed"),
    [
        (date(2026, 10, 25), False),
        (date(2026, 10, 26), True),
        (POLLING_DAY, True),
        (POLLING_DAY + ONE_DAY, False),
    ],
)
@pytest.mark.parametrize("category", ["", "general", "endorsement"])
def test_from_the_cut_off_on_nothing_is_taken_until_the_day_after_the_vote(
    today: date, category: str, *, closed: bool
) -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, cut_off=date(2026, 10, 26)))
    verdict = check_letter(policy, today, category=category)
    assert refusals_of(verdict) == (
        [("body.election_closed", {"again_from": "2026-11-04"})] if closed else []
    )


def test_a_cut_off_is_for_its_categories_only() -> None:
    election = dataclasses.replace(CAMPAIGN, cut_off=BEGINS, categories=("endorsement",))
    policy = paper_with(election)
    assert refusals_of(check_letter(policy, IN_BETWEEN, category="endorsement"))
    assert check_letter(policy, IN_BETWEEN).accepted
    assert check_letter(policy, IN_BETWEEN, category="reply").accepted


def test_a_letter_too_long_and_too_late_is_told_both() -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, cut_off=BEGINS, length_maximum=80))
    assert [code for code, _ in refusals_of(check_letter(policy, IN_BETWEEN, body=words(81)))] == [
        "body.too_long",
        "body.election_closed",
    ]


@pytest.mark.parametrize(
    ("today", "replies_only"),
    [
        (date(2026, 10, 18), False),
        (date(2026, 10, 19), True),
        (POLLING_DAY, True),
        (POLLING_DAY + ONE_DAY, False),
    ],
)
def test_only_replies_are_taken_until_polling_day(today: date, *, replies_only: bool) -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, replies_only_from=date(2026, 10, 19)))
    assert refusals_of(check_letter(policy, today)) == (
        [("article_headline.missing", {})] if replies_only else []
    )
    assert check_letter(policy, today, article_headline="On trams").accepted
    assert check_letter(policy, today, article_url="https://example.com/trams").accepted


def test_a_reply_that_has_to_be_recent_is_asked_for_its_date_at_once() -> None:
    policy = paper_with(dataclasses.replace(CAMPAIGN, replies_only_from=BEGINS))
    policy = dataclasses.replace(policy, article=dataclasses.replace(policy.article, within_days=7))
    assert refusals_of(check_letter(policy, IN_BETWEEN)) == [
        ("article_headline.missing", {}),
        ("article_date.missing", {}),
    ]
    assert check_letter(policy, POLLING_DAY + ONE_DAY).accepted


@pytest.mark.parametrize(
    ("today", "asked"),
    [
        (BEGINS - ONE_DAY, False),
        (BEGINS, True),
        (POLLING_DAY, True),
        (POLLING_DAY + ONE_DAY, False),
    ],
)
def test_who_may_not_write_has_to_say_who_they_are(today: date, *, asked: bool) -> None:
    election = dataclasses.replace(
        CAMPAIGN,
        roles_barred=(LocalizedText.plain("candidate"), LocalizedText.plain("campaign staff")),
        categories=("endorsement",),
    )
    policy = paper_with(election)
    barred: list[tuple[str, dict[str, str]]] = [("interest.role_barred", {})]
    silent = check_letter(policy, today, category="endorsement")
    assert refusals_of(silent) == ([("interest.not_declared", {})] if asked else [])
    for interest in ("I’m the CANDIDATE for Ward 3", "on the campaign staff of Ms Ng"):
        verdict = check_letter(policy, today, category="endorsement", interest=interest)
        assert verdict.accepted
        assert advisories_at(verdict, Field.INTEREST) == (barred if asked else [])
    neighbour = check_letter(policy, today, category="endorsement", interest="a neighbour")
    assert advisories_at(neighbour, Field.INTEREST) == []
    assert check_letter(policy, today).accepted


def test_all_elections_of_a_day_hold() -> None:
    policy = paper_with(
        dataclasses.replace(CAMPAIGN, roles_barred=(LocalizedText.plain("candidate"),)),
        dataclasses.replace(CAMPAIGN, categories=("endorsement",), length_maximum=60),
        Election(begins=IN_BETWEEN, polling_day=IN_BETWEEN, length_maximum=40, replies_only_from=IN_BETWEEN),
    )
    assert [code for code, _ in refusals_of(check_letter(policy, IN_BETWEEN, category="endorsement"))] == [
        "body.too_long",
        "article_headline.missing",
        "interest.not_declared",
    ]
    assert policy.length_limits("endorsement", IN_BETWEEN).maximum == 40
    assert policy.length_limits("endorsement", IN_BETWEEN + ONE_DAY).maximum == 60


def test_one_vote_after_another_keeps_letters_out_until_the_last() -> None:
    run_off = Election(begins=date(2026, 11, 4), polling_day=date(2026, 12, 1), cut_off=date(2026, 11, 4))
    policy = paper_with(run_off, dataclasses.replace(CAMPAIGN, cut_off=date(2026, 10, 26)))
    assert refusals_of(check_letter(policy, date(2026, 10, 30))) == [
        ("body.election_closed", {"again_from": "2026-12-02"})
    ]
    assert check_letter(policy, date(2026, 12, 2)).accepted


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@given(st.lists(st.tuples(DAYS, DAYS, DAYS).map(sorted), max_size=4), DAYS)
def test_the_writer_may_write_on_the_day_that_they_are_told_and_not_before(
    dates: list[list[date]], today: date
) -> None:
    policy = paper_with(
        *(Election(begins=first, cut_off=second, polling_day=third) for first, second, third in dates)
    )

    def is_closed(day: date) -> bool:
        return any(cut_off <= day <= polling_day for _, cut_off, polling_day in dates)

    verdict = check_letter(policy, today)
    assert verdict.accepted == (not is_closed(today))
    if not verdict.accepted:
        ((code, numbers),) = refusals_of(verdict)
        again_from = date.fromisoformat(str(numbers["again_from"]))
        assert code == "body.election_closed"
        assert refusals_of(check_letter(policy, again_from - ONE_DAY)) == [(code, numbers)]
        assert check_letter(policy, again_from).accepted
