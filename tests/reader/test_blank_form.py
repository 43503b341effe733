"""The blank form is rendered once for all; each reader gets it in their language, with their own secrets."""

import secrets

import pytest
from flask import Flask

from tests.installation.steps import FORM
from tests.pages import Visitor
from tests.samples import HERALD, TODAY
from webapp.reader.blank_form import SharedSecretError, blank_page

OWN = ("csrf_token", "submission_key")


def test_two_readers_share_the_page_and_no_secret(app: Flask) -> None:
    pages = [Visitor(app).open(FORM) for _ in range(3)]
    fields = [page.typed() for page in pages]
    for name in OWN:
        assert len({each[name] for each in fields}) == len(fields)
    texts = set()
    for page, own in zip(pages, fields, strict=True):
        text = page.response.text
        for name in (*OWN, "stamp"):
            text = text.replace(own[name], name)
        texts.add(text)
    assert len(texts) == 1


def test_each_language_has_a_page_of_its_own(app: Flask) -> None:
    headings = [
        Visitor(app).open(f"{FORM}?lang={language}").all("h1") for language in ("en", "zh-Hant", "en")
    ]
    assert headings[0] == headings[2] == ["Write to the editor"]
    assert headings[1] != headings[0]


def test_a_page_with_something_else_of_one_reader_is_never_shared(app: Flask) -> None:
    with app.test_request_context(FORM), pytest.raises(SharedSecretError):
        blank_page(HERALD, TODAY, 0, lambda _form: secrets.token_hex())


def test_the_country_that_was_chosen_comes_back_chosen(app: Flask) -> None:
    visitor = Visitor(app)
    assert visitor.open(FORM).typed()["country"] == "HK"
    assert visitor.send({"country": "FR"}).typed()["country"] == "FR"
    odd = visitor.send({"country": '"><b>'})
    assert odd.status == 422
    assert odd.soup.select("select#country b") == []
