"""A paper's own questions in the form: asked, given back with what was typed, stored and printed."""

import dataclasses

import pytest
from sqlalchemy import select

from tests.pages import Visitor
from tests.rules.policy.mistakes import VALID_POLICY
from tests.samples import BODY, HERALD, PARTICULARS, SEAL, SECRET_KEY
from webapp.installation.settings import Settings
from webapp.rules.policy.loading import parse_policy
from webapp.store.database import Database
from webapp.store.models import Particulars

QUESTIONS = parse_policy(
    VALID_POLICY
    + """
[questions.local]
title = "I live on the island"
kind = "tick"
required = "required"
[questions.age]
title = { en = "Your age", zh-Hant = "年齡" }
help = "In years."
kind = "number"
minimum = 5
[questions.occupation]
title = "Occupation"
printed = true
[questions.year]
title = "Year"
kind = "choice"
options = [{ en = "Year 7", zh-Hant = "七年級" }, { en = "Year 8", zh-Hant = "八年級" }]
[questions.card]
title = "Identity card"
kind = "identification"
[questions.former]
title = "Not asked any more"
required = "off"
"""
).questions
FORM = "/harbour-herald/letters/new"
COMPLETE = {**PARTICULARS, "body": BODY, "answer-local": "yes"}


@pytest.fixture
def settings(sqlite: Database) -> Settings:
    """Settings of an installation whose paper has questions."""
    policy = dataclasses.replace(HERALD, questions=QUESTIONS)
    return Settings(
        database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(policy,), rate_limits=False
    )


def test_the_form_asks_the_questions_behind_the_particulars(visitor: Visitor) -> None:
    form = visitor.open(FORM).form()
    names = [str(control["name"]) for control in form.select("[name]")]
    asked = ["answer-local", "answer-age", "answer-occupation", "answer-year"]
    assert names[names.index("country") + 1 :][: len(asked)] == asked
    assert "We also ask you: I live on the island." in visitor.open(FORM).text
    assert form.select_one("[name=answer-local]")["aria-required"] == "true"  # type: ignore[index]
    # The script that keeps drafts leaves out such fields.
    assert [field["name"] for field in form.select("[data-unsaved]")] == ["answer-card"]


def test_questions_are_in_the_language_of_the_page_and_a_choice_has_one_value(visitor: Visitor) -> None:
    form = visitor.open(f"{FORM}?lang=zh-Hant").form()
    assert form.select_one("label[for=answer-age]").get_text().startswith("年齡")  # type: ignore[union-attr]
    options = {option["value"]: option.get_text() for option in form.select("[name=answer-year] option")}
    assert options == {"": "請選擇", "Year 7": "七年級", "Year 8": "八年級"}


def test_a_returned_form_keeps_the_answers_with_errors_at_their_fields(visitor: Visitor) -> None:
    visitor.open(FORM)
    typed = {"answer-age": "3", "answer-occupation": "<b>baker</b>", "answer-year": "Year 8"}
    page = visitor.send({**COMPLETE, **typed, "answer-local": ""})
    assert page.status == 422
    assert page.all(".summary li") == [
        "Tick the box “I live on the island” to confirm it.",
        "The number for “Your age” has to be at least 5.",
    ]
    assert page.all("#answer-age-error .error-line") == ["The number for “Your age” has to be at least 5."]
    form = page.form()
    assert form.select_one("[name=answer-occupation]")["value"] == "<b>baker</b>"  # type: ignore[index]
    assert form.select_one("[name=answer-age]")["value"] == "3"  # type: ignore[index]
    assert [option["value"] for option in form.select("option[selected]")][1:2] == ["Year 8"]


def test_answers_are_stored_and_only_the_printed_one_is_on_the_letters_page(
    visitor: Visitor, sqlite: Database
) -> None:
    visitor.open(FORM)
    page = visitor.send({**COMPLETE, "answer-age": "17", "answer-occupation": "baker"})
    assert page.all(".letter-signature") == ["Chan Tai-man, baker , Sai Ying Pun"]
    with sqlite.snapshot() as session:
        contact = session.scalars(select(Particulars.contact)).one()
    assert contact is not None
    assert contact.answers == {"local": "yes", "age": "17", "occupation": "baker"}
