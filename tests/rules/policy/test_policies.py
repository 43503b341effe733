"""The policies of sixteen papers, with rules as found in print: each paper's rules are applied."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.rules.papers import POLICIES, SLUGS, advisories_at, check_letter, paper, refusals_of, words
from tests.samples import HERALD, TODAY
from webapp.rules.enums import Requirement
from webapp.rules.policy.loading import load_policies, load_policy
from webapp.rules.policy.sections.content import LetterKind
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.rules.policy.sections.issues import IssueCalendar
from webapp.rules.submission import Field

LENGTHS = [
    ("kelp-bay-times", 1, 400),
    ("ninebridges-record", 150, 200),
    ("northern-lamplighter", 1, 249),
    ("marble-hill-ledger", 1, 200),
    ("tallgrass-sentinel", 1, 250),
    ("loonlake-lantern", 1, 300),
    ("saltmarsh-beacon", 1, 250),
    ("fernvale-chronicle", 1, 250),
    ("knockbrae-gazette", 1, 250),
    ("ferrytown-weekly", 1, 350),
    ("broad-street-bulletin", 1, 500),
    ("old-quay-mercury", 1, 300),
    ("plain-name-press", 1, 400),
    ("linkwell-online", 1, 250),
    ("borough-independent", 1, 300),
    ("callback-courier", 1, 300),
]


def test_all_papers_are_here() -> None:
    assert sorted(slug for slug, _, _ in LENGTHS) == SLUGS
    assert {policy.paper.slug for policy in load_policies(POLICIES)} == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_file_names_its_paper_and_how_to_reach_it(slug: str) -> None:
    policy = load_policy(POLICIES / f"{slug}.toml")
    assert policy.paper.slug == slug
    for said in (policy.paper.email, policy.paper.telephone, policy.paper.address, policy.paper.house_text):
        assert said
    assert check_letter(slug).accepted


@pytest.mark.parametrize(("slug", "least", "most"), LENGTHS)
def test_length(slug: str, least: int, most: int) -> None:
    assert check_letter(slug, body=words(least)).accepted
    assert check_letter(slug, body=words(most)).accepted
    too_long = ("body.too_long", {"limit": most, "actual": most + 1})
    assert refusals_of(check_letter(slug, body=words(most + 1))) == [too_long]
    if least > 1:
        too_short = ("body.too_short", {"limit": least, "actual": least - 1})
        assert refusals_of(check_letter(slug, body=words(least - 1))) == [too_short]
    else:
        assert refusals_of(check_letter(slug, body="")) == [("body.missing", {})]


def test_an_endorsement_has_a_lower_cap() -> None:
    endorsement = {"category": "endorsement"}
    assert check_letter("tallgrass-sentinel", body=words(100), **endorsement).accepted
    assert refusals_of(check_letter("tallgrass-sentinel", body=words(101), **endorsement)) == [
        ("body.too_long", {"limit": 100, "actual": 101})
    ]


@pytest.mark.parametrize("field", ["name", "address", "phone"])
@pytest.mark.parametrize("slug", SLUGS)
def test_name_address_and_phone_are_needed(slug: str, field: str) -> None:
    assert refusals_of(check_letter(slug, **{field: ""})) == [(f"{field}.missing", {})]


def test_an_e_mail_address_is_needed_where_the_paper_says_so() -> None:
    assert check_letter("kelp-bay-times", email="").accepted
    assert refusals_of(check_letter("callback-courier", email="")) == [("email.missing", {})]


@pytest.mark.parametrize(("days", "accepted"), [(0, True), (7, True), (8, False)])
def test_an_article_can_be_answered_for_seven_days(days: int, *, accepted: bool) -> None:
    printed = TODAY - timedelta(days=days)
    verdict = check_letter("ninebridges-record", article_date=printed.isoformat())
    assert verdict.accepted == accepted
    assert accepted or refusals_of(verdict) == [("article_date.too_old", {"limit": 7, "actual": days})]


def test_an_article_that_has_to_be_recent_needs_its_date() -> None:
    assert refusals_of(check_letter("ninebridges-record", article_date="")) == [("article_date.missing", {})]


@pytest.mark.parametrize("slug", ["ninebridges-record", "northern-lamplighter"])
def test_a_letter_has_to_start_from_an_item_of_the_paper(slug: str) -> None:
    assert refusals_of(check_letter(slug, article_headline="", article_url="")) == [
        ("article_headline.missing", {})
    ]
    assert check_letter(slug, article_url="").accepted
    assert check_letter(slug, article_headline="").accepted


def test_all_that_is_missing_about_the_article_is_said_at_once() -> None:
    nothing = {"article_headline": "", "article_url": "", "article_date": ""}
    assert refusals_of(check_letter("ninebridges-record", **nothing)) == [
        ("article_headline.missing", {}),
        ("article_date.missing", {}),
    ]
    assert refusals_of(check_letter("linkwell-online", **nothing)) == [("article_url.missing", {})]


def test_a_link_to_an_article_of_ours_is_required() -> None:
    def link(address: str) -> list[str]:
        return [code for code, _ in refusals_of(check_letter("linkwell-online", article_url=address))]

    assert link("") == ["article_url.missing"]
    assert link("https://example.com/trams") == ["article_url.other_site"]
    assert link("https://not-linkwell-online.example/trams") == ["article_url.other_site"]
    assert link("trams") == ["article_url.invalid"]
    assert link("https://linkwell-online.example/trams") == []
    assert link("www.linkwell-online.example/trams") == []


@pytest.mark.parametrize("slug", ["ninebridges-record", "marble-hill-ledger"])
def test_a_letter_is_for_this_paper_alone(slug: str) -> None:
    assert refusals_of(check_letter(slug, exclusive=False)) == [("exclusive.not_declared", {})]


def test_a_paper_that_does_not_ask_for_exclusivity_says_nothing_of_it() -> None:
    assert advisories_at(check_letter("kelp-bay-times", exclusive=False), Field.EXCLUSIVE) == []


def test_attachments_are_not_taken() -> None:
    assert refusals_of(check_letter("ninebridges-record", attachments=True)) == [
        ("attachments.not_taken", {})
    ]
    assert check_letter("marble-hill-ledger", attachments=True).accepted


def test_a_conflict_of_interest_has_to_be_disclosed() -> None:
    assert refusals_of(check_letter("northern-lamplighter", interest="")) == [("interest.not_declared", {})]
    assert check_letter("northern-lamplighter", interest="I sell tram tickets.").accepted
    assert check_letter("marble-hill-ledger", interest="").accepted


@pytest.mark.parametrize("slug", ["northern-lamplighter", "plain-name-press"])
def test_no_pen_names(slug: str) -> None:
    withheld = check_letter(slug, withhold_name=True, withhold_reason="My employer reads you.")
    assert refusals_of(withheld) == [("withhold_name.not_allowed", {})]
    assert refusals_of(check_letter(slug, name="Concerned Reader")) == [("name.stand_in", {})]


def test_a_name_is_withheld_on_request_with_a_reason() -> None:
    assert refusals_of(check_letter("old-quay-mercury", withhold_name=True)) == [
        ("withhold_reason.missing", {})
    ]
    verdict = check_letter("old-quay-mercury", withhold_name=True, withhold_reason="My employer reads you.")
    assert verdict.letter
    assert verdict.letter.declarations.withhold_reason == "My employer reads you."
    assert verdict.letter.sender.name.text == "Chan Tai-man"


def test_a_district_is_needed_where_the_paper_says_so() -> None:
    assert refusals_of(check_letter("plain-name-press", district="")) == [("district.missing", {})]
    assert check_letter("old-quay-mercury", district="").accepted


def test_kinds_and_numbers_that_the_editor_looks_for() -> None:
    content = paper("broad-street-bulletin").content
    assert content.not_taken == {
        LetterKind.VERSE,
        LetterKind.THANK_YOU,
        LetterKind.FORM_LETTER,
        LetterKind.ENDORSEMENT,
    }
    assert paper("loonlake-lantern").content.signatures_maximum == 5
    thanks = paper("ferrytown-weekly").content
    assert (thanks.thanked_people_maximum, thanks.thanked_businesses_maximum) == (15, 10)


NAMES = [
    f"{first} {last}" for first in ("Ann", "Ben", "Eva", "Ida") for last in ("Hall", "Ford", "Cole", "Webb")
]
POEM = """\
The tram goes up, the tram goes down,
it carries sleepers through the town,
and those who wake when day is near
are glad to find that it is here.

The driver hums, the driver sings,
the bell above him sways and rings,
and when the last lamp leaves the street
we hear the sound of tired feet."""


@pytest.mark.parametrize(
    ("slug", "body", "code"),
    [
        ("loonlake-lantern", f"{words(50)}.\n\n" + "\n".join(NAMES[:4]), "body.signatures"),
        ("loonlake-lantern", f"{words(50)}.\n\n" + "\n".join(NAMES[:8]), "body.too_many_signatures"),
        ("ferrytown-weekly", f"I want to thank {', '.join(NAMES[:9])} for the fair.", "body.thank_you"),
        ("ferrytown-weekly", f"I want to thank {', '.join(NAMES)} for the fair.", "body.too_many_thanked"),
        ("broad-street-bulletin", POEM, "body.verse"),
    ],
)
def test_what_the_editor_looks_for_is_noted_and_returns_no_letter(slug: str, body: str, code: str) -> None:
    verdict = check_letter(slug, body=body)
    assert verdict.accepted
    assert code in [noted_code for noted_code, _ in advisories_at(verdict, Field.BODY)]


def test_an_e_mail_alone_is_no_verification_and_a_call_is() -> None:
    policy = paper("callback-courier")
    assert policy.particulars.phone is Requirement.REQUIRED
    assert policy.missing_verification(frozenset()) == {VerificationMethod.CALL}
    assert policy.missing_verification(frozenset({VerificationMethod.EMAIL})) == {VerificationMethod.CALL}
    assert not policy.missing_verification(frozenset({VerificationMethod.CALL}))
    assert not policy.missing_verification(frozenset({VerificationMethod.CALL, VerificationMethod.EMAIL}))


@pytest.mark.parametrize(
    ("today", "accepted"),
    [
        (date(2026, 11, 1), True),
        (date(2026, 11, 2), False),
        (date(2026, 11, 3), False),
        (date(2026, 11, 4), True),
    ],
)
def test_no_endorsements_from_the_monday_before_an_election(today: date, *, accepted: bool) -> None:
    verdict = check_letter("tallgrass-sentinel", today, category="endorsement", body=words(100))
    assert verdict.accepted == accepted
    assert accepted or refusals_of(verdict) == [("body.election_closed", {"again_from": "2026-11-04"})]
    assert check_letter("tallgrass-sentinel", today).accepted, "other letters are taken all the time"


@pytest.mark.parametrize(
    ("today", "replies_only"),
    [
        (date(2026, 4, 24), False),
        (date(2026, 4, 25), True),
        (date(2026, 5, 1), True),
        (date(2026, 5, 2), False),
    ],
)
def test_only_replies_in_the_last_issue_before_polling(today: date, *, replies_only: bool) -> None:
    no_reply = check_letter(
        "borough-independent", today, article_headline="", article_url="", article_date=""
    )
    assert refusals_of(no_reply) == ([("article_headline.missing", {})] if replies_only else [])
    assert check_letter("borough-independent", today).accepted


@pytest.mark.parametrize(
    ("today", "kept_out"),
    [
        (date(2026, 3, 26), False),
        (date(2026, 3, 27), True),
        (date(2026, 5, 7), True),
        (date(2026, 5, 8), False),
    ],
)
@pytest.mark.parametrize("interest", ["I am a candidate.", "The Candidate’s family", "STAFF of Ms Ng"])
def test_candidates_their_family_and_staff_are_kept_out(
    today: date, interest: str, *, kept_out: bool
) -> None:
    verdict = check_letter("borough-independent", today, interest=interest)
    assert verdict.accepted, "the editor decides: “no candidate asked me to write” has the word in it too"
    assert advisories_at(verdict, Field.INTEREST) == ([("interest.role_barred", {})] if kept_out else [])
    assert refusals_of(check_letter("borough-independent", today, interest="")) == [
        ("interest.not_declared", {})
    ]


def test_the_next_issue_is_never_today() -> None:
    mondays = replace(HERALD.paper, issues=IssueCalendar(weekdays=frozenset({0})))
    assert mondays.issues.next_issue(date(2026, 3, 15)) == date(2026, 3, 16)
    assert mondays.issues.next_issue(date(2026, 3, 16)) == date(2026, 3, 23)
    assert HERALD.paper.issues.next_issue(date(2026, 3, 16)) == date(2026, 3, 17)
