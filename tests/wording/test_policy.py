"""A paper's rules as sentences: everything that it enforces on a writer is stated above its form."""

import dataclasses
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.rules.papers import SLUGS, paper
from tests.samples import HERALD
from webapp.rules.enums import Requirement
from webapp.rules.findings import Severity
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.article import ArticleRequirements
from webapp.rules.policy.sections.categories import Category
from webapp.rules.policy.sections.content import ContentRules, LetterKind
from webapp.rules.policy.sections.correspondence import VerificationMethod, VerificationRequirements
from webapp.rules.policy.sections.elections import Election
from webapp.rules.policy.sections.frequency import Counted, FrequencyRule, Period, Since
from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.rules.policy.sections.particulars import DeclarationRequirements
from webapp.rules.policy.sections.questions import Question
from webapp.rules.policy.sections.writers import Organisations, WriterRules
from webapp.wording.locale_formats import join_sentences, join_with_semicolons
from webapp.wording.policy import KINDS, length_in_words, rules_in_words

PARTICULARS = "We need your full name, your address, your e-mail address and a phone number for verification."
OWN_NAME = "We print every letter under its writer’s own name; no pen-names."
NAME_WITHHELD = (
    "We print your name and your town or district. You can ask us to leave out your name, if you tell us why."
)
ANSWER = "A letter has to reply to something that we have printed."
EXCLUSIVE = "Please send your letter to us alone, not to other papers as well."
INTEREST = "Tell us about any interest you have in the matter."

PRINTED = {
    "kelp-bay-times": [
        "At most 400 words.",
        "We need your full name, your address and a phone number for verification.",
        NAME_WITHHELD,
    ],
    "ninebridges-record": [
        "From 150 to 200 words.",
        PARTICULARS,
        OWN_NAME,
        ANSWER,
        "We take replies to an article until 7 days after it appeared.",
        "Give us the date of the article.",
        EXCLUSIVE,
        "No attachments.",
    ],
    "northern-lamplighter": ["At most 249 words.", PARTICULARS, OWN_NAME, ANSWER, INTEREST],
    "marble-hill-ledger": ["At most 200 words.", PARTICULARS, OWN_NAME, EXCLUSIVE],
    "tallgrass-sentinel": [
        "At most 250 words.",
        "Endorsement: At most 100 words.",
        PARTICULARS,
        OWN_NAME,
        "At most 1 letter from each writer in 2 months.",
        "Endorsement: we take none from 2 November 2026 until the vote on 3 November 2026.",
    ],
    "loonlake-lantern": [
        "At most 300 words.",
        PARTICULARS,
        OWN_NAME,
        "At most 1 letter from each writer in a calendar month.",
        "That limit does not apply to: Reply of somebody whom the paper named.",
        "At most 5 signatures.",
    ],
    "saltmarsh-beacon": [
        "At most 250 words.",
        PARTICULARS,
        OWN_NAME,
        "We print no writer more than once in 30 days.",
    ],
    "fernvale-chronicle": [
        "At most 250 words.",
        PARTICULARS,
        OWN_NAME,
        "At most 1 letter from each writer in 7 days.",
    ],
    "knockbrae-gazette": [
        "At most 250 words.",
        PARTICULARS,
        OWN_NAME,
        "At most 1 letter from each writer in 14 days.",
    ],
    "ferrytown-weekly": [
        "At most 350 words.",
        PARTICULARS,
        OWN_NAME,
        "At most 1 letter from each writer for an issue.",
        "A letter of thanks names at most 15 people or 10 businesses.",
    ],
    "broad-street-bulletin": [
        "At most 500 words.",
        PARTICULARS,
        OWN_NAME,
        "We do not print verse, letters of thanks, form letters or endorsements.",
    ],
    "old-quay-mercury": ["At most 300 words.", PARTICULARS, NAME_WITHHELD],
    "plain-name-press": [
        "At most 400 words.",
        PARTICULARS.replace("your e-mail", "your town or district, your e-mail"),
        OWN_NAME,
    ],
    "linkwell-online": [
        "At most 250 words.",
        PARTICULARS,
        OWN_NAME,
        ANSWER,
        "Give us the link to the article.",
    ],
    "borough-independent": [
        "At most 300 words.",
        PARTICULARS,
        OWN_NAME,
        INTEREST,
        "Letters from 25 April 2026 to 1 May 2026: only replies to what we printed.",
        "Letters from 27 March 2026 until the vote on 7 May 2026: none from: candidate, family or staff.",
    ],
    "callback-courier": [
        "At most 300 words.",
        PARTICULARS,
        OWN_NAME,
        "We will call you before we print your letter.",
    ],
}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_paper_prints_its_rules(slug: str) -> None:
    assert rules_in_words(paper(slug)) == PRINTED[slug]


def added_sentences(policy: Policy) -> list[str]:
    """Return the sentences for a policy that the Herald's policy does not have."""
    return [sentence for sentence in rules_in_words(policy) if sentence not in rules_in_words(HERALD)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (FrequencyRule(letters=2, days=1), "At most 2 letters from each writer in a day."),
        (FrequencyRule(letters=1, months=1), "At most 1 letter from each writer in a month."),
        (
            FrequencyRule(letters=3, per=Period.CALENDAR_MONTH),
            "At most 3 letters from each writer in a calendar month.",
        ),
        (FrequencyRule(letters=2, per=Period.ISSUE), "At most 2 letters from each writer for an issue."),
        (
            FrequencyRule(letters=2, months=1, since=Since.PUBLICATION),
            "We print no writer more than 2 times in a month.",
        ),
        (FrequencyRule(letters=1, working_days=1), "At most 1 letter from each writer in a working day."),
        (FrequencyRule(letters=1, issues=1), "At most 1 letter from each writer for an issue."),
        (
            FrequencyRule(letters=1, issues=1, since=Since.PUBLICATION),
            "We print no writer more than once in an issue.",
        ),
        (
            FrequencyRule(letters=1, months=1, since=Since.PUBLICATION, counted=Counted.CANDIDATE),
            "We print at most 1 letter for each candidate in a month.",
        ),
        (
            FrequencyRule(letters=2, days=30, since=Since.PUBLICATION, counted=Counted.SUBJECT),
            "We print at most 2 letters from each writer on one subject in 30 days.",
        ),
        (FrequencyRule(letters=1, working_days=10), "At most 1 letter from each writer in 10 working days."),
        (FrequencyRule(letters=1, issues=4), "At most 1 letter from each writer in 4 issues."),
        (
            FrequencyRule(letters=6, per=Period.CALENDAR_YEAR),
            "At most 6 letters from each writer in a calendar year.",
        ),
        (
            FrequencyRule(letters=3, issues=1, counted=Counted.CANDIDATE),
            "At most 3 letters for each candidate in an issue.",
        ),
        (
            FrequencyRule(letters=1, months=2, counted=Counted.SUBJECT),
            "At most 1 letter from each writer on one subject in 2 months.",
        ),
        (
            FrequencyRule(letters=1, days=7, categories=frozenset({""})),
            "General letter: At most 1 letter from each writer in 7 days.",
        ),
        (
            FrequencyRule(letters=1, per=Period.CALENDAR_MONTH, since=Since.PUBLICATION),
            "We print no writer more than once in a calendar month.",
        ),
        (
            FrequencyRule(letters=1, per=Period.ISSUE, since=Since.PUBLICATION),
            "We print no writer more than once in an issue.",
        ),
    ],
)
def test_frequency(rule: FrequencyRule, expected: str) -> None:
    assert added_sentences(dataclasses.replace(HERALD, frequency=(rule,))) == [expected]


@pytest.mark.parametrize(
    ("organisations", "expected"),
    [
        (Organisations.TAKEN, []),
        (Organisations.OFFICER_NAMED, ["A letter of an organisation needs the name of one of its officers."]),
        (Organisations.NOT_TAKEN, ["We take letters of people, not of organisations."]),
    ],
)
def test_what_is_said_of_organisations(organisations: Organisations, expected: list[str]) -> None:
    writers = WriterRules(organisations=organisations)
    assert added_sentences(dataclasses.replace(HERALD, writers=writers)) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((FrequencyRule(letters=1, days=7),), ["That limit does not apply to: Reply."]),
        (
            (FrequencyRule(letters=1, days=7), FrequencyRule(letters=9, per=Period.CALENDAR_YEAR)),
            ["None of these limits applies to: Reply."],
        ),
        ((FrequencyRule(letters=1, days=7, categories=frozenset({""})),), []),
        ((FrequencyRule(letters=1, days=7, severity=Severity.ADVISORY),), []),
    ],
)
def test_rights_of_reply_are_exempt(rules: tuple[FrequencyRule, ...], expected: list[str]) -> None:
    reply = Category(
        key="reply", title=LocalizedText.plain("Reply"), length=HERALD.length, right_of_reply=True
    )
    sentences = added_sentences(dataclasses.replace(HERALD, categories=(reply,), frequency=rules))
    assert [each for each in sentences if "appl" in each] == expected


def test_a_rule_that_only_advises_the_editor_is_not_printed() -> None:
    rule = FrequencyRule(letters=1, days=7, severity=Severity.ADVISORY)
    assert added_sentences(dataclasses.replace(HERALD, frequency=(rule,))) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ContentRules(links=False), "No web addresses in the text."),
        (ContentRules(links_maximum=1), "At most 1 web address in the text."),
        (ContentRules(source_required=True), "Give the web address of a source for what you write."),
        (
            ContentRules(thanked_maximum=12),
            "A letter of thanks names at most 12 people and businesses together.",
        ),
        (ContentRules(signatures_maximum=1), "At most 1 signature."),
        (ContentRules(thanked_people_maximum=15), "A letter of thanks names at most 15 people."),
        (ContentRules(thanked_businesses_maximum=1), "A letter of thanks names at most 1 business."),
        (ContentRules(not_taken=frozenset({LetterKind.OPEN_LETTER})), "We do not print open letters."),
    ],
)
def test_content(content: ContentRules, expected: str) -> None:
    assert added_sentences(dataclasses.replace(HERALD, content=content)) == [expected]


def test_every_kind_has_its_words() -> None:
    assert set(KINDS) == set(LetterKind)


def test_what_is_not_required_is_not_mentioned() -> None:
    off = DeclarationRequirements(
        **dict.fromkeys(("exclusive", "interest", "ai_use", "consent"), Requirement.OFF)
    )
    article = ArticleRequirements(asked=Requirement.OFF, link=Requirement.REQUIRED, within_days=7)
    policy = dataclasses.replace(HERALD, declarations=off, article=article)
    assert added_sentences(policy) == []
    assert EXCLUSIVE not in rules_in_words(policy)


def test_declarations_and_proofs() -> None:
    policy = dataclasses.replace(
        HERALD,
        declarations=DeclarationRequirements(interest=Requirement.REQUIRED, ai_use=Requirement.REQUIRED),
        verification=VerificationRequirements(
            methods=frozenset({VerificationMethod.CALL, VerificationMethod.EMAIL})
        ),
    )
    assert added_sentences(policy) == [
        INTEREST,
        "Tell us if you used an AI tool.",
        "We will call you before we print your letter.",
        "You have to confirm your e-mail address before we print your letter.",
    ]


def test_who_may_write_and_what_is_asked_besides() -> None:
    questions = (
        Question(key="age", title=LocalizedText.plain("Your age"), required=Requirement.REQUIRED),
        Question(key="club", title=LocalizedText.plain("Your club")),
    )
    writers = WriterRules(
        only=LocalizedText.plain("We print letters from the island."),
        roles_barred=(LocalizedText.plain("mayor"), LocalizedText.plain("councillor")),
    )
    assert added_sentences(dataclasses.replace(HERALD, writers=writers, questions=questions)) == [
        "We also ask you: Your age.",
        "We print letters from the island.",
        "We take no letters from these people: mayor or councillor. Tell us of any such role.",
    ]


def test_either_of_two_particulars_and_verifications() -> None:
    policy = dataclasses.replace(
        HERALD,
        particulars=dataclasses.replace(
            HERALD.particulars,
            email=Requirement.OPTIONAL,
            address=Requirement.OPTIONAL,
            one_of=("email", "address"),
        ),
        verification=VerificationRequirements(methods=frozenset(VerificationMethod), one_is_enough=True),
    )
    assert added_sentences(policy)[-1] == (
        "Before we print your letter, we will call you, or you have to confirm your e-mail address."
    )
    assert any("your e-mail address or your address" in rule for rule in rules_in_words(policy))


def test_a_category_with_the_general_limits_needs_no_sentence() -> None:
    general = Category(key="news", title=LocalizedText.plain("News"), length=HERALD.length)
    short = Category(
        key="short", title=LocalizedText.plain("Short"), length=LengthLimits(minimum=10, maximum=50)
    )
    policy = dataclasses.replace(HERALD, categories=(general, short))
    assert added_sentences(policy) == ["Short: From 10 to 50 words."]


def test_elections_are_mentioned_until_the_polling_day() -> None:
    titles = ("Endorsement", "Reply")
    categories = tuple(
        Category(key=title.lower(), title=LocalizedText.plain(title), length=HERALD.length)
        for title in titles
    )
    campaign = Election(
        begins=date(2026, 9, 1),
        polling_day=date(2026, 11, 3),
        categories=("endorsement", "reply"),
        length_maximum=80,
        replies_only_from=date(2026, 10, 19),
        cut_off=date(2026, 10, 26),
        roles_barred=(LocalizedText.plain("candidate"),),
    )
    policy = dataclasses.replace(HERALD, categories=categories, elections=(campaign,))
    until = "until the vote on 3 November 2026"
    expected = [
        f"Endorsement and Reply from 1 September 2026 {until}: at most 80 words.",
        f"Endorsement and Reply from 19 October 2026 {until}: only replies to what we printed.",
        f"Endorsement and Reply: we take none from 26 October 2026 {until}.",
        f"Endorsement and Reply from 1 September 2026 {until}: none from: candidate.",
    ]
    assert added_sentences(policy) == expected
    assert rules_in_words(policy, date(2026, 11, 3)) == rules_in_words(policy)
    assert rules_in_words(policy, date(2026, 11, 4)) == rules_in_words(HERALD)


@pytest.mark.parametrize(
    ("limits", "sentences"),
    [
        (LengthLimits(), []),
        (LengthLimits(maximum=1), ["At most 1 word."]),
        (LengthLimits(maximum=1000, minimum=50), ["From 50 to 1,000 words."]),
        (LengthLimits(minimum=50), ["At least 50 words."]),
        (
            LengthLimits(maximum=300, preferred=150),
            ["At most 300 words.", "Preferably no more than 150 words."],
        ),
        (LengthLimits(preferred=150), ["Preferably no more than 150 words."]),
        (LengthLimits(unit=LengthUnit.CHARACTERS, maximum=1500), ["At most 1,500 characters."]),
        (
            LengthLimits(unit=LengthUnit.CHARACTERS_WITHOUT_SPACES, maximum=1500),
            ["At most 1,500 characters without spaces."],
        ),
        (
            LengthLimits(unit=LengthUnit.LINES, maximum=25, line_length=40),
            ["At most 25 lines.", "A line has 40 characters."],
        ),
        (LengthLimits(unit=LengthUnit.LINES), []),
    ],
)
def test_lengths(limits: LengthLimits, sentences: list[str]) -> None:
    policy = dataclasses.replace(HERALD, length=limits)
    assert rules_in_words(policy)[: len(sentences)] == sentences
    assert rules_in_words(policy)[len(sentences) :] == rules_in_words(HERALD)[1:]
    assert length_in_words(policy, date(2026, 1, 1)) == " ".join(sentences)


def test_a_kind_without_a_limit_says_so() -> None:
    free = Category(key="free", title=LocalizedText.plain("Essay"), length=LengthLimits())
    assert added_sentences(dataclasses.replace(HERALD, categories=(free,))) == ["Essay: No fixed limit."]


def test_a_po_box_that_is_not_enough_is_told() -> None:
    particulars = dataclasses.replace(HERALD.particulars, po_box=False)
    assert added_sentences(dataclasses.replace(HERALD, particulars=particulars)) == [
        "A PO box is not enough as an address."
    ]


def test_chinese_puts_its_own_marks_and_no_spaces_between_sentences(app: Flask) -> None:
    with app.app_context():
        with force_locale("zh_Hans"):
            assert join_sentences(["至少20字。", "最多400字。"]) == "至少20字。最多400字。"
            assert join_with_semicolons(["年龄", "职业"]) == "年龄；职业"  # noqa: RUF001
        assert join_sentences(["At least 20 words.", "No verse."]) == "At least 20 words. No verse."
        assert join_with_semicolons(["your age", "your town"]) == "your age; your town"
