"""The article that a letter replies to, at papers that don't require replies: required fields, URLs."""

import dataclasses
import re
from datetime import date, timedelta

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from tests.rules.papers import refusals_of
from tests.samples import HERALD, TODAY, letter
from webapp.rules.article import MONTH_FIRST_COUNTRIES
from webapp.rules.check import Verdict, check
from webapp.rules.enums import Requirement
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.article import ArticleRequirements
from webapp.rules.policy.sections.categories import Category

REPLY = Category(
    key="right-of-reply", title=LocalizedText.plain("Reply"), length=HERALD.length, right_of_reply=True
)
LINK = "https://courier.example/trams"


def with_article(article: ArticleRequirements) -> Policy:
    return dataclasses.replace(HERALD, categories=(REPLY,), article=article)


def check_letter(policy: Policy, /, **changes: str) -> Verdict:
    return check(letter(**changes), policy, TODAY)


ASKING_NOTHING = with_article(ArticleRequirements())
ASKING_ALL = with_article(ArticleRequirements(link=Requirement.REQUIRED, within_days=7))
"""Link and date are required of replies; a letter need not be one."""
OWN_SITE = with_article(ArticleRequirements(sites=("courier.example",)))


def test_a_letter_that_answers_nothing_needs_neither_link_nor_date() -> None:
    assert check_letter(ASKING_ALL).accepted


@pytest.mark.parametrize(
    ("answered", "missing"),
    [
        ({"article_headline": "On trams"}, ["article_url.missing", "article_date.missing"]),
        ({"article_url": LINK}, ["article_date.missing"]),
        ({"article_headline": "On trams", "article_date": TODAY.isoformat()}, ["article_url.missing"]),
        ({"article_url": "trams", "article_date": TODAY.isoformat()}, ["article_url.invalid"]),
        ({"article_url": LINK, "article_date": "yesterday"}, ["article_date.invalid"]),
        ({"article_url": LINK, "article_date": TODAY.isoformat()}, []),
    ],
)
def test_a_letter_that_answers_an_article_says_which(answered: dict[str, str], missing: list[str]) -> None:
    assert [code for code, _ in refusals_of(check_letter(ASKING_ALL, **answered))] == missing


@pytest.mark.parametrize("typed", ["0026-03-14", "1899-12-31", "14.3.0026"])
def test_a_year_that_a_date_picker_made_of_two_digits_is_refused(typed: str) -> None:
    assert refusals_of(check_letter(ASKING_NOTHING, article_date=typed)) == [("article_date.invalid", {})]


def test_somebody_who_was_named_says_where() -> None:
    nothing = check_letter(ASKING_ALL, category="right-of-reply")
    assert [code for code, _ in refusals_of(nothing)] == ["article_url.missing", "article_date.missing"]
    plain = check_letter(ASKING_NOTHING, category="right-of-reply")
    assert [code for code, _ in refusals_of(plain)] == ["article_headline.missing"]


def test_an_old_date_is_told_even_if_nothing_else_is() -> None:
    old = (TODAY - timedelta(days=8)).isoformat()
    assert refusals_of(check_letter(ASKING_ALL, article_date=old)) == [
        ("article_date.too_old", {"limit": 7, "actual": 8})
    ]
    assert check_letter(ASKING_NOTHING, article_date=old).accepted


def test_a_paper_that_does_not_ask_looks_at_nothing() -> None:
    verdict = check_letter(
        with_article(ArticleRequirements(asked=Requirement.OFF)),
        article_url="trams",
        article_date="yesterday",
    )
    assert verdict.letter
    assert verdict.letter.article.url == ""
    assert verdict.letter.article.published is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("courier.example/trams", LINK),
        (" HTTPS://COURIER.EXAMPLE/trams ", "HTTPS://COURIER.EXAMPLE/trams"),
        ("https://www.courier.example/trams?page=2#end", "https://www.courier.example/trams?page=2#end"),
        ("http://courier.example:8080/", "http://courier.example:8080/"),
        ("courier.example/" + "x" * 1976, "https://courier.example/" + "x" * 1976),
    ],
)
def test_a_link_to_the_papers_site(typed: str, kept: str) -> None:
    verdict = check_letter(OWN_SITE, article_url=typed)
    assert verdict.letter
    assert verdict.letter.article.url == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("https://thecourier.example/trams", "other_site"),
        ("https://courier.example.org/trams", "other_site"),
        ("https://courier.example@evil.example/trams", "other_site"),
        ("https://evil.example/?courier.example", "other_site"),
        ("ftp://courier.example/trams", "invalid"),
        ("javascript:alert('courier.example')", "invalid"),
        ("https://courier.example:99999/", "invalid"),
        ("https://courier.example/a trams", "invalid"),
        ("see page 3", "invalid"),
        ("https://courier.example/" + "x" * 2000, "too_long"),
        ("courier.example/" + "x" * 1984, "too_long"),
    ],
)
def test_a_link_that_leads_elsewhere(typed: str, code: str) -> None:
    said = refusals_of(check_letter(OWN_SITE, article_url=typed))
    assert [each for each, _ in said] == [f"article_url.{code}"]


@pytest.mark.parametrize(
    ("country", "typed", "read"),
    [
        ("GB", "3/11/2026", date(2026, 11, 3)),
        ("US", "11/3/2026", date(2026, 11, 3)),
        ("US", "11-03-2026", date(2026, 11, 3)),
        ("PH", "2/1/2026", date(2026, 2, 1)),
        ("DE", "2.1.2026", date(2026, 1, 2)),
        # The other order, where only that one is a date.
        ("US", "25/10/2026", date(2026, 10, 25)),
        ("GB", "10/25/2026", date(2026, 10, 25)),
        ("US", "2026-03-11", date(2026, 3, 11)),
    ],
)
def test_a_typed_date_is_read_as_the_papers_country_writes_it(country: str, typed: str, read: date) -> None:
    policy = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, country=country))
    verdict = check(letter(article_date=typed, article_url=LINK, country="HK"), policy, date(2026, 11, 30))
    assert verdict.letter is not None
    assert verdict.letter.article.published == read


@pytest.mark.parametrize("typed", ["13/13/2026", "0/1/2026", "31/2/2026", "2/31/2026"])
@pytest.mark.parametrize("country", ["GB", "US"])
def test_a_date_that_is_none_in_either_order_is_refused(country: str, typed: str) -> None:
    policy = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, country=country))
    assert refusals_of(
        check(letter(article_date=typed, article_url=LINK, country="HK"), policy, date(2026, 11, 30))
    ) == [("article_date.invalid", {})]


def test_the_countries_that_write_the_month_first_are_those_of_the_locale_data() -> None:
    english = [each for each in locale_identifiers() if re.fullmatch("en_[A-Z]{2}", each)]
    month_first = {
        each.removeprefix("en_")
        for each in english
        if Locale.parse(each).date_formats["short"].pattern.startswith("M")
    }
    # CLDR takes English of Burundi from the United States; Micronesia and Palau use their dates.
    assert month_first - {"BI"} == MONTH_FIRST_COUNTRIES - {"FM", "PW"}
