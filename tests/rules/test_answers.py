"""Answers to a paper's own questions: each kind of question, what is required, and mistakes in questions."""

import pytest

from tests.rules.papers import refusals_of
from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in_addition
from tests.samples import TODAY, letter
from webapp.rules.answers import printed_answers
from webapp.rules.check import Verdict, check
from webapp.rules.findings import Number
from webapp.rules.policy.loading import parse_policy
from webapp.rules.submission import Submission

QUESTIONS = """
[questions.local]
title = "I live in the county"
kind = "tick"
[questions.age]
title = "Age"
kind = "number"
minimum = 5
maximum = 120
[questions.occupation]
title = "Occupation"
printed = true
[questions.subject]
title = { en = "Subject", zh-Hant = "科目" }
kind = "choice"
options = [{ en = "History", zh-Hant = "歷史" }, "Art"]
printed = true
[questions.evening]
title = "Phone in the evening"
kind = "phone"
[questions.second]
title = "Second signatory"
kind = "person"
[questions.mail]
title = "Another e-mail address"
kind = "email"
[questions.passport]
title = "Passport number"
kind = "identification"
[questions.former]
title = "Not asked any more"
required = "off"
"""
POLICY = parse_policy(VALID_POLICY + QUESTIONS)
# The first three questions: local, age, occupation.
REQUIRED = parse_policy(VALID_POLICY + QUESTIONS.replace('title = "', 'required = "required"\ntitle = "', 3))


def answering(**answers: object) -> Verdict:
    """Return the verdict on a valid letter with these answers."""
    return check(Submission.from_mapping({**vars_of(letter()), "answers": answers}), POLICY, TODAY)


def vars_of(submission: Submission) -> dict[str, object]:
    """Return the fields of a submission."""
    return {name: getattr(submission, name) for name in Submission.__dataclass_fields__}


@pytest.mark.parametrize(
    ("key", "typed", "stored"),
    [
        ("local", "on", "yes"),
        ("age", " 17 ", "17"),
        ("age", "\u0661\u0667", "17"),  # Arabic-Indic digits
        ("age", "１７", "17"),  # noqa: RUF001 (a number as a Chinese keyboard types it)
        ("occupation", " a\nbaker ", "a baker"),
        ("subject", "history", "History"),
        ("subject", "歷史", "History"),
        ("subject", "Art", "Art"),
        ("evening", "020 7946 0001", "+442079460001"),
        ("second", "Ann Lee", "Ann Lee"),
        ("mail", "ann@Example.com", "ann@example.com"),
        ("passport", "X 123", "X 123"),
    ],
)
def test_an_answer_is_read_by_its_kind(key: str, typed: str, stored: str) -> None:
    accepted = answering(**{key: typed}).letter
    assert accepted
    assert accepted.answers == {key: stored}


@pytest.mark.parametrize(
    ("key", "typed", "code", "numbers"),
    [
        ("age", "17½", "no_number", {}),
        ("age", "9" * 5000, "too_long", {"limit": 200, "actual": 5000}),
        ("age", "1234567", "no_number", {}),
        ("age", "4", "too_small", {"limit": 5, "actual": 4}),
        ("age", "121", "too_large", {"limit": 120, "actual": 121}),
        ("occupation", "x" * 201, "too_long", {"limit": 200, "actual": 201}),
        ("subject", "Latin", "unknown_option", {}),
        ("evening", "12", "phone_impossible", {}),
        ("second", "Anonymous", "no_name", {}),
        ("mail", "ann", "email_invalid", {}),
    ],
)
def test_an_answer_of_another_kind_is_refused(
    key: str, typed: str, code: str, numbers: dict[str, Number]
) -> None:
    assert refusals_of(answering(**{key: typed})) == [(f"answers.{code}", {"question": key, **numbers})]


def test_optional_questions_and_those_not_asked_need_no_answer() -> None:
    accepted = answering(age="", former="x", unknown="x").letter
    assert accepted
    assert accepted.answers == {}


def test_each_missing_answer_is_refused() -> None:
    assert refusals_of(check(letter(), REQUIRED, TODAY)) == [
        ("answers.not_ticked", {"question": "local"}),
        ("answers.missing", {"question": "age"}),
        ("answers.missing", {"question": "occupation"}),
    ]


def test_printed_answers_are_those_the_policy_prints() -> None:
    answers = {"subject": "History", "age": "17", "occupation": "baker"}
    assert printed_answers(POLICY.questions, answers) == ["baker", "History"]


def test_mistakes_in_questions() -> None:
    assert mistakes_in_addition("""\
[questions.Age]
title = "Age"
kind = "numbers"
[questions.id]
title = "Card"
kind = "identification"
printed = true
[questions.subject]
kind = "choice"
[questions.job]
title = "Job"
options = ["baker"]
minimum = 3
[questions.year]
title = "Year"
kind = "number"
minimum = 7
maximum = 6
""") == [
        "1: questions.Age: a question's key has to be small letters, digits and single hyphens, not “Age”",
        (
            "3: questions.Age.kind: has to be “text”, “number”, “choice”, “tick”, “phone”, “email”, “person” "
            "or “identification”, not “numbers”"
        ),
        "7: questions.id.printed: an answer of the kind “identification” is never printed",
        "8: questions.subject: “title” is missing",
        "8: questions.subject: “options” is missing",
        "12: questions.job.options: only a question of the kind “choice” has options",
        "13: questions.job.minimum: only a question of the kind “number” has a minimum",
        "17: questions.year.minimum: is 7, above the maximum of 6",
    ]
