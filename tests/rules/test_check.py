"""`check()`: the verdict of a paper's rules on one submission."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.rules.papers import refusals_of
from tests.samples import HERALD, TODAY, letter
from webapp.rules.check import Verdict, check
from webapp.rules.enums import Requirement
from webapp.rules.findings import Code, Severity
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.content import ContentRules
from webapp.rules.policy.sections.length import LengthLimits
from webapp.rules.submission import Field, Submission

ORDER = list(Field)


def check_letter(rules: Policy = HERALD, /, **changes: str | bool) -> Verdict:
    return check(letter(**changes), rules, TODAY)


def codes(verdict: Verdict) -> list[str]:
    return [finding.code.value for finding in verdict.findings]


def test_a_letter_that_meets_the_rules_is_accepted_without_a_word() -> None:
    verdict = check_letter()
    assert verdict.accepted
    assert verdict.findings == ()
    assert verdict.word_count == 17


def test_everything_missing_is_said_at_once_and_in_the_order_of_the_form() -> None:
    verdict = check(Submission(), HERALD, TODAY)
    assert [finding.code for finding in verdict.refusals] == [
        Code.NAME_MISSING,
        Code.EMAIL_MISSING,
        Code.PHONE_MISSING,
        Code.ADDRESS_MISSING,
        Code.BODY_MISSING,
    ]


@given(st.integers(1, 5000))
def test_the_cap_passes_and_one_word_more_does_not(cap: int) -> None:
    policy = dataclasses.replace(HERALD, length=LengthLimits(maximum=cap))
    assert check_letter(policy, body="word " * cap).accepted
    over = check_letter(policy, body="word " * (cap + 1))
    assert [(finding.code, dict(finding.numbers)) for finding in over.refusals] == [
        (Code.BODY_TOO_LONG, {"limit": cap, "actual": cap + 1})
    ]


def test_too_short() -> None:
    policy = dataclasses.replace(HERALD, length=LengthLimits(minimum=150, maximum=200))
    assert codes(check_letter(policy, body="word " * 149)) == ["body.too_short"]
    assert check_letter(policy, body="word " * 150).accepted


def test_a_name_of_one_part_is_asked_about_and_taken_when_confirmed() -> None:
    assert codes(check_letter(name="Suryani")) == ["name.single"]
    confirmed = check_letter(name="Suryani", full_name_confirmed=True)
    assert confirmed.accepted
    assert [(finding.code, finding.severity) for finding in confirmed.findings] == [
        (Code.NAME_SINGLE, Severity.ADVISORY)
    ]


def test_a_mistyped_mailbox_is_asked_about_and_kept_when_confirmed() -> None:
    asked = check_letter(email="Ann.Lee+letters@gmail.con")
    assert [(finding.code, finding.severity, finding.numbers) for finding in asked.findings] == [
        (Code.EMAIL_MISTYPED, Severity.REFUSAL, {"suggestion": "Ann.Lee+letters@gmail.com"})
    ]
    kept = check_letter(email="Ann.Lee+letters@gmail.con", email_confirmed=True)
    assert kept.letter
    assert kept.letter.sender.email
    assert kept.letter.sender.email.text == "Ann.Lee+letters@gmail.con"
    # Stored unencrypted: without the mailbox.
    assert [(finding.code, finding.severity, finding.numbers) for finding in kept.findings] == [
        (Code.EMAIL_MISTYPED, Severity.ADVISORY, {"suggestion": "gmail.com"})
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "Concerned citizen"}, "name.stand_in"),
        ({"email": "nobody"}, "email.invalid"),
        ({"phone": "999"}, "phone.impossible"),
        ({"address": "Kowloon"}, "address.incomplete"),
        ({"country": "XX"}, "country.unknown"),
        ({"category": "poem"}, "category.unknown"),
        ({"article_url": "javascript:alert(1)"}, "article_url.invalid"),
        ({"article_url": "http://"}, "article_url.invalid"),
        ({"article_date": "yesterday"}, "article_date.invalid"),
        ({"article_date": "2026-02-30"}, "article_date.invalid"),
        ({"article_date": "2026-03-15"}, "article_date.future"),
        ({"withhold_name": True}, "withhold_reason.missing"),
        ({"headline": "x" * 201}, "headline.too_long"),
        ({"body": "x" * 40_001}, "body.too_many_characters"),
        ({"body": "x " * 750_001}, "body.too_many_characters"),
    ],
)
def test_refused(changes: dict[str, str | bool], code: str) -> None:
    assert codes(check_letter(**changes)) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone": "00852 9999 99999"}, "phone.unlikely"),
        ({"address": "PO Box 123, General Post Office"}, "address.po_box"),
        ({"exclusive": False}, "exclusive.not_declared"),
        ({"consent": False}, "consent.not_given"),
    ],
)
def test_accepted_with_a_word_to_the_editor(changes: dict[str, str | bool], code: str) -> None:
    verdict = check_letter(**changes)
    assert verdict.accepted
    assert codes(verdict) == [code]
    assert verdict.advisories == verdict.findings


def test_what_the_paper_requires_is_refused_where_it_is_missing() -> None:
    declarations = dataclasses.replace(
        HERALD.declarations,
        exclusive=Requirement.REQUIRED,
        interest=Requirement.REQUIRED,
        ai_use=Requirement.REQUIRED,
        consent=Requirement.REQUIRED,
    )
    policy = dataclasses.replace(HERALD, declarations=declarations)
    assert codes(check_letter(policy, exclusive=False, consent=False)) == [
        "exclusive.not_declared",
        "interest.not_declared",
        "ai_use.not_declared",
        "consent.not_given",
    ]


def test_what_the_paper_does_not_ask_for_is_not_missed() -> None:
    particulars = dataclasses.replace(HERALD.particulars, phone=Requirement.OFF, address=Requirement.OPTIONAL)
    policy = dataclasses.replace(HERALD, particulars=particulars)
    verdict = check_letter(policy, phone="", address="")
    assert verdict.letter
    assert verdict.letter.sender.phone is None
    assert verdict.letter.sender.address is None


def test_values_are_cleaned_and_read() -> None:
    verdict = check_letter(
        name="  Chan   Tai-man ",
        email=" Tai-Man+letters@Example.COM ",
        phone="00852 2123 4567",
        headline="On\ttrams",
        body="\r\n  One.\r\n\r\nTwo\x00.  \r\n",
        article_url="www.example.com/tram",
        article_date="13/3/2026",
    )
    assert verdict.letter
    sender, text, article = verdict.letter.sender, verdict.letter.text, verdict.letter.article
    assert sender.name.text == "Chan Tai-man"
    assert sender.email
    assert (sender.email.text, sender.email.key) == ("Tai-Man+letters@example.com", "tai-man@example.com")
    assert sender.phone
    assert sender.phone.e164 == "+85221234567"
    assert (text.headline, text.body) == ("On trams", "One.\n\nTwo.")
    assert article.url == "https://www.example.com/tram"
    assert article.published
    assert article.published.isoformat() == "2026-03-13"


SUBMISSIONS = st.builds(
    Submission,
    **{
        field.name: st.booleans() if field.type is bool else st.text(st.characters(), max_size=60)
        for field in dataclasses.fields(Submission)
    },
)


@given(SUBMISSIONS)
def test_no_input_makes_the_engine_raise_and_findings_stand_in_field_order(submission: Submission) -> None:
    verdict = check(submission, HERALD, TODAY)
    places = [ORDER.index(finding.field) for finding in verdict.findings]
    assert places == sorted(places)
    assert verdict.accepted == (not verdict.refusals)


LINK, TWO_LINKS = "See https://example.com/a.", "See https://example.com/a and https://example.com/b."


@pytest.mark.parametrize(
    ("content", "body", "article_url", "refused"),
    [
        ({"links_maximum": 1}, LINK, "", []),
        ({"links_maximum": 1}, TWO_LINKS, "", [("body.too_many_links", {"limit": 1, "actual": 2})]),
        ({"source_required": True}, LINK, "", []),
        ({"source_required": True}, "See the report.", "", [("body.source_missing", {})]),
        ({"source_required": True}, "See the report.", "https://example.com/a", []),
        ({}, TWO_LINKS, "", []),
    ],
)
def test_links_at_most_and_a_source(
    content: dict[str, Any], body: str, article_url: str, refused: list[tuple[str, dict[str, int]]]
) -> None:
    policy = dataclasses.replace(HERALD, content=ContentRules(**content))
    submission = letter(body=body, article_url=article_url, article_headline="", article_date="")
    verdict = check(submission, policy, TODAY)
    assert refusals_of(verdict) == refused
    has_advisory = any(found.code is Code.BODY_LINK for found in verdict.advisories)
    assert has_advisory is (body != "See the report." and not content), "only where no rule speaks of links"


@pytest.mark.parametrize(
    ("copies", "paper_email", "others"),
    [
        ("", "letters@herald.example", 0),
        ("letters@herald.example", "letters@herald.example", 0),
        ("Letters@Herald.Example news@herald.example desk@mail.herald.example", "letters@herald.example", 0),
        ("letters@herald.example letters@courier.example", "letters@herald.example", 1),
        ("letters@evil-herald.example", "letters@herald.example", 1),
        ("letters@herald.example tai-man@example.com", "letters@herald.example", 0),
        ("a@courier.example b@gazette.example b@gazette.example", "letters@herald.example", 2),
        ("letters@herald.example", "", 0),
        ("letters@herald.example letters@courier.example", "", 1),
    ],
)
def test_an_e_mail_that_went_to_others_is_an_advisory_where_none_may(
    copies: str, paper_email: str, others: int
) -> None:
    paper = dataclasses.replace(HERALD.paper, email=paper_email)
    policy = dataclasses.replace(HERALD, paper=paper, content=ContentRules(copies=False))
    submission = dataclasses.replace(letter(), copies=copies)
    found = [
        each.numbers["actual"]
        for each in check(submission, policy, TODAY).advisories
        if each.code is Code.COPIES_NOT_WANTED
    ]
    assert found == ([others] if others else [])
    taken = check(submission, dataclasses.replace(policy, content=ContentRules()), TODAY)
    assert not any(each.code is Code.COPIES_NOT_WANTED for each in taken.findings)


@pytest.mark.parametrize(("po_box", "is_accepted"), [(True, True), (False, False)])
def test_a_po_box_is_refused_where_it_is_not_enough(*, po_box: bool, is_accepted: bool) -> None:
    particulars = dataclasses.replace(HERALD.particulars, po_box=po_box)
    policy = dataclasses.replace(HERALD, particulars=particulars)
    verdict = check(letter(address="PO Box 12\nSai Ying Pun"), policy, TODAY)
    assert verdict.accepted is is_accepted
    (found,) = (each for each in verdict.findings if each.field is Field.ADDRESS)
    assert found.code is Code.ADDRESS_PO_BOX
