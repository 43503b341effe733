"""Language selection by Accept-Language and by link, on the form, its errors and the receipt."""

import dataclasses
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.pages import Visitor
from tests.samples import BODY, HERALD, PARTICULARS
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database
from webapp.web.languages import choose_language
from webapp.wording.languages import desk_languages, reader_languages
from webapp.wording.locale_formats import (
    decimal,
    display_locale,
    force_country,
    join_with_and,
    long_date,
    short_date,
)

FORM = "/harbour-herald/letters/new"


def form_language(visitor: Visitor, accepted: str) -> str:
    """Return the language of the form for an Accept-Language header."""
    answer = visitor.client.get(FORM, headers={"Accept-Language": accepted})
    return answer.text.split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-hant-TW-x-private", "zh-Hant"),
        ("ZH_hk", "zh-Hant"),
        ("en-GB,zh-HK;q=0.5", "en"),
        ("it,zh-HK;q=0.5", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("zh-CN,en;q=0.5", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("de-AT", "de"),
        ("de-CH-1996", "de"),
        ("es-419,en;q=0.5", "es"),
        ("fr-CA", "fr"),
        ("pt-BR", "pt"),
        ("pt-PT,en;q=0.5", "pt"),
        ("yue-HK,en;q=0.5", "en"),
        ("it", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 1000, "en"),
    ],
)
def test_the_browser_chooses(visitor: Visitor, accepted: str, language: str) -> None:
    assert form_language(visitor, accepted) == language


def test_a_link_chooses_and_the_choice_lasts(visitor: Visitor) -> None:
    page = visitor.open(FORM)
    link = page.one(".languages a[hreflang=zh-Hant]")
    chinese = visitor.open(FORM + str(link["href"]))
    assert chinese.one("html")["lang"] == "zh-Hant"
    returned = visitor.send({"body": "word " * 437})
    assert returned.one("html")["lang"] == "zh-Hant"
    assert "437" in returned.all("#summary li")[-1]
    assert "Your letter" not in returned.all("#summary li")[-1]
    receipt = visitor.send({**PARTICULARS, "body": BODY})
    assert receipt.one("html")["lang"] == "zh-Hant"
    assert "We have your letter" not in receipt.text
    assert visitor.open(FORM + "?lang=en").one("html")["lang"] == "en"


def test_a_link_to_no_language_chooses_none(visitor: Visitor) -> None:
    assert visitor.open(FORM + "?lang=tlh").one("html")["lang"] == "en"


def test_the_desk_is_in_a_language_that_it_exists_in(app: Flask) -> None:
    with app.test_request_context("/desk/login", headers={"Accept-Language": "zh-HK"}):
        assert choose_language() == "zh_Hant"
    languages = set(reader_languages()) - set(desk_languages())
    for language in languages:
        headers = {"Accept-Language": language.replace("_", "-")}
        with app.test_request_context("/desk/login", headers=headers):
            assert choose_language() == "en"
        with app.test_request_context("/", headers=headers):
            assert choose_language() == language
    assert set(desk_languages()) <= set(reader_languages())


def test_dates_and_numbers_are_those_of_the_papers_country(settings: Settings, sqlite: Database) -> None:
    house = [
        dataclasses.replace(
            HERALD, paper=dataclasses.replace(HERALD.paper, slug=country.lower(), country=country)
        )
        for country in ("US", "GB", "XK")
    ]
    app = create_app(dataclasses.replace(settings, policies=tuple(house)), sqlite)
    day = date(2026, 11, 3)
    shown = {}
    for policy in house:
        with app.test_request_context(f"/{policy.paper.slug}/letters/new"):
            app.preprocess_request()
            shown[policy.paper.country] = (long_date(day), decimal(5000), join_with_and(["a", "b", "c"]))
    assert shown == {
        "US": ("November 3, 2026", "5,000", "a, b, and c"),
        "GB": ("3 November 2026", "5,000", "a, b and c"),
        "XK": ("3 November 2026", "5,000", "a, b and c"),
    }


def test_a_house_of_one_country_writes_as_there_on_every_page(settings: Settings, sqlite: Database) -> None:
    paper = dataclasses.replace(HERALD.paper, country="US")
    app = create_app(
        dataclasses.replace(settings, policies=(dataclasses.replace(HERALD, paper=paper),)), sqlite
    )
    with app.test_request_context("/desk/login"):
        assert short_date(date(2026, 3, 18)) == "Mar 18, 2026"
    with app.app_context(), force_locale("zh_Hant"), force_country("TW"):
        assert display_locale() == "zh_Hant_TW"
    with app.app_context():
        assert display_locale() == "en_US"
