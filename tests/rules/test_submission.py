"""Submissions: parsing from a mapping, violations of the API's schema, cleaning of text."""

import math

import pytest
from hypothesis import given, strategies as st

from webapp.rules.submission import Field, SchemaViolation, Submission, is_boolean_field, schema_violations
from webapp.rules.text_cleaning import clean_line, clean_text
from webapp.rules.words import count_words

ASKED = frozenset({"age"})
"""The keys of the questions that are asked."""

ANSWERS = [("age", "17"), ("school-year", "11")]


def test_reads_the_fields_it_knows_and_leaves_the_others() -> None:
    submission = Submission.from_mapping({"name": "Ada", "body": None, "csrf_token": "x", "consent": True})
    assert submission == Submission(name="Ada", consent=True)


@pytest.mark.parametrize("value", [True, "y", "yes", "Yes ", "on", "1", "true", 1, 1.0])
def test_true_words(value: str | bool | float) -> None:
    assert Submission.from_mapping({"exclusive": value}).exclusive


@pytest.mark.parametrize("value", [False, "", "no", "off", "0", "false", None, 0, 0.0, -0.0])
def test_false_words(value: str | bool | float | None) -> None:
    assert not Submission.from_mapping({"exclusive": value}).exclusive


@pytest.mark.parametrize(("value", "text"), [(21234567.0, "21234567"), (1.5, "1.5"), (math.inf, "inf")])
def test_a_number_in_a_text_field_is_written_as_people_write_it(value: float, text: str) -> None:
    assert Submission.from_mapping({"phone": value}) == Submission(phone=text)


def test_true_in_a_text_field_becomes_yes() -> None:
    assert Submission.from_mapping({"ai_use": True, "interest": False}) == Submission(ai_use="yes")


@pytest.mark.parametrize("value", [["a"], {"b": 1}, b"bytes"])
def test_a_value_of_any_other_type_raises_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="“body” has to be text"):
        Submission.from_mapping({"body": value})


def test_each_schema_violation_is_reported() -> None:
    fields = {"name": "Ada", "body": None, "phone": 21234567, "consent": True, "exclusive": "yes", "x": ""}
    assert list(schema_violations(fields, ASKED)) == [
        ("phone", SchemaViolation.NOT_TEXT),
        ("exclusive", SchemaViolation.NOT_BOOLEAN),
        ("x", SchemaViolation.UNKNOWN),
    ]


def test_fields_without_schema_violations_are_read_unchanged() -> None:
    fields: dict[str, object] = {field.value: True if is_boolean_field(field) else "x" for field in Field}
    fields["answers"] = {"age": "17"}
    assert list(schema_violations(fields, ASKED)) == []
    assert Submission.from_mapping(fields) == Submission(**fields)  # type: ignore[arg-type]


def test_answers_are_texts_numbers_or_ticks_by_question() -> None:
    read = Submission.from_mapping({"answers": {"age": 17, "local": True, "club": None, "job": "baker"}})
    assert read.answers == {"age": "17", "local": "yes", "job": "baker"}


def test_an_answer_to_a_question_that_is_not_asked_breaks_the_schema() -> None:
    fields = {"answers": {"age": 17, "club": None, "x" * 9: ""}}
    assert list(schema_violations(fields, ASKED)) == [
        ("answers.club", SchemaViolation.UNKNOWN_QUESTION),
        (f"answers.{'x' * 9}", SchemaViolation.UNKNOWN_QUESTION),
    ]
    assert list(schema_violations({"answers": None}, ())) == []


@pytest.mark.parametrize("answers", ["17", ["17"], {"age": ["17"]}, {"age": {}}])
def test_other_answers_break_the_schema(answers: object) -> None:
    assert list(schema_violations({"answers": answers}, ASKED)) == [("answers", SchemaViolation.NOT_ANSWERS)]
    with pytest.raises(TypeError):
        Submission.from_mapping({"answers": answers})


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\u2028two\x0bthree\x85four", "one\ntwo\nthree\nfour"),
        ("nul\x00l", "null"),
        ("file\x1cseparator", "file separator"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("cafe\u0301", "café"),
        ("\u200dfamily \U0001f468\u200d\U0001f469", "\u200dfamily \U0001f468\u200d\U0001f469"),
    ],
)
def test_cleaned(typed: str, cleaned: str) -> None:
    assert clean_text(typed) == cleaned


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_cleaning_changes_no_count(text: str) -> None:
    assert count_words(clean_text(text)) == count_words(text)


@given(st.text(st.characters()))
def test_what_is_cleaned_can_be_kept_by_any_database(text: str) -> None:
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


def test_equal_submissions_have_one_hash_whatever_the_order_of_their_answers() -> None:
    one, other = (Submission(body="x", answers=dict(each)) for each in (ANSWERS, reversed(ANSWERS)))
    assert (one == other, hash(one) == hash(other)) == (True, True)
    assert hash(one) != hash(Submission(body="x"))
