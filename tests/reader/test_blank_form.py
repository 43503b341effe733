"""The blank form is rendered once for all; each reader gets it in their language, with their own secrets."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.installation.steps import FORM
from tests.pages import Visitor
from tests.samples import HERALD, TODAY
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.reader.blank_form import BlankForms, add_blank_forms
from webapp.reader.form import LetterForm
from webapp.store.database import Database
from webapp.wording.languages import reader_languages

OWN = ("submission_key",)


def test_two_readers_share_the_page_and_no_secret(app: Flask) -> None:
    pages = [Visitor(app).open(FORM) for _ in range(3)]
    fields = [page.typed() for page in pages]
    for name in OWN:
        assert len({each[name] for each in fields}) == len(fields)
    texts = set()
    for page, own in zip(pages, fields, strict=True):
        text = page.response.text
        for name in (*OWN, "stamp", "csrf_token"):
            text = text.replace(own[name], name)
        texts.add(text)
    assert len(texts) == 1


def test_each_language_has_a_page_of_its_own(app: Flask) -> None:
    headings = [
        Visitor(app).open(f"{FORM}?lang={language}").all("h1") for language in ("en", "zh-Hant", "en")
    ]
    assert headings[0] == headings[2] == ["Write to the editor"]
    assert headings[1] != headings[0]


@pytest.mark.parametrize("language", list(reader_languages()))
def test_a_rendered_page_holds_nothing_of_one_reader_but_the_three_tokens(
    settings: Settings, sqlite: Database, language: str
) -> None:
    app = create_app(settings, sqlite)
    add_blank_forms(app, most=0)
    pages = [Visitor(app).open(f"{FORM}?lang={language}") for _ in range(2)]
    texts = []
    for page in pages:
        fields, text = page.typed(), page.response.text
        for name in (*OWN, "stamp", "csrf_token"):
            text = text.replace(fields[name], name)
        texts.append(text)
    assert texts[0] == texts[1]


def test_a_page_is_rendered_once_and_again_when_it_was_the_least_recently_used(app: Flask) -> None:
    rendered: list[date] = []
    forms = BlankForms(most=2)

    def show(day: date) -> None:
        def render(form: LetterForm) -> str:
            rendered.append(day)
            return str(form.stamp.data)

        with app.test_request_context(FORM):
            forms.page(HERALD, day, 0, render)

    first, second, third = (TODAY + timedelta(days=number) for number in range(3))
    for day in (first, second, first, third, first, second):
        show(day)
    assert rendered == [first, second, third, second]


def test_the_country_that_was_chosen_comes_back_chosen(app: Flask) -> None:
    visitor = Visitor(app)
    assert visitor.open(FORM).typed()["country"] == "HK"
    assert visitor.send({"country": "FR"}).typed()["country"] == "FR"
    odd = visitor.send({"country": '"><b>'})
    assert odd.status == 422
    assert odd.soup.select("select#country b") == []
