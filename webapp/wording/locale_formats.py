"""By the response's locale: dates, numbers, lists joined with “and” or “or”, and the paper's own texts."""

import functools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, time

from babel import localedata
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import current_app, g, has_app_context
from flask_babel import get_locale

from webapp.rules.policy.localized_text import LocalizedText

_USUAL_LOCALES = {"en": "en_GB", "zh_Hant": "zh_Hant_HK"}
"""The locale for a language where no country is known, if it isn't the language's own. Its region decides,
for example, that days stand before months, and how countries are named in Hong Kong."""


def use_country(country: str) -> None:
    """Write dates, numbers and lists as they are written in a paper's country, until the request ends.

    Args:
        country: ISO 3166-1 code; empty for none in particular.
    """
    g.display_country = country


@contextmanager
def force_country(country: str) -> Iterator[None]:
    """Write dates, numbers and lists inside the block as they are written in a paper's country.

    Args:
        country: ISO 3166-1 code; empty for none in particular.
    """
    before = g.get("display_country", "")
    g.display_country = country
    try:
        yield
    finally:
        g.display_country = before


def display_locale() -> str:
    """Return the locale for dates, numbers, lists and country names; British English by default.

    It is the language of the response as it is written in the paper's country: a page in English has
    “November 3, 2026” and “5,000” for a paper of the United States. The country is that of `force_country`,
    else the one in which all papers of the installation are (the setting ``DISPLAY_COUNTRY`` of the
    application). Where the language isn't written in that country, it is the language's usual locale.
    """
    country = ""
    if has_app_context():
        country = g.get("display_country") or current_app.config.get("DISPLAY_COUNTRY", "")
    return _locale(str(get_locale() or "en"), country)


@functools.cache
def _locale(language: str, country: str) -> str:
    local = f"{language}_{country}"
    if country and localedata.exists(local):
        return local
    return _USUAL_LOCALES.get(language, language)


def decimal(number: int) -> str:
    """Return a whole number as the response's language writes it: “5,000”."""
    return str(format_decimal(number, locale=display_locale()))


def long_date(day: date) -> str:
    """Return a date with the month in full, for sentences: “7 May 2026”."""
    return str(format_date(day, "long", locale=display_locale()))


def day_of_week(day: date) -> str:
    """Return a date with its weekday: “Tuesday 8 December 2026”."""
    return str(format_date(day, "full", locale=display_locale()))


def clock_time(at: time) -> str:
    """Return a time of day, without seconds: “12:00”, in the United States “12:00 PM”."""
    return str(format_time(at, "short", locale=display_locale()))


def short_date(day: date) -> str:
    """Return a date with a short month, for tables: “18 Mar 2026”."""
    return _format_short(day, display_locale())


# A list repeats a few dates many times, and Babel parses the pattern anew for each.
@functools.lru_cache(maxsize=1000)
def _format_short(day: date, locale: str) -> str:
    return str(format_date(day, "medium", locale=locale))


def join_with_and(items: list[str]) -> str:
    """Return the items joined as the response's language joins them: “a, b and c”; empty text for none."""
    return str(format_list(items, locale=display_locale()))


def join_with_or(items: list[str]) -> str:
    """Return the items joined as the response's language joins them: “a, b or c”; empty text for none."""
    return str(format_list(items, style="or", locale=display_locale()))


def join_sentences(sentences: Iterable[str]) -> str:
    """Return sentences one behind the other; Chinese puts no space between them."""
    return ("" if _is_chinese() else " ").join(sentences)


def join_with_semicolons(items: Iterable[str]) -> str:
    """Return the items with semicolons between them; Chinese has one of its own."""
    return ("\uff1b" if _is_chinese() else "; ").join(items)


def _is_chinese() -> bool:
    return str(get_locale() or "en").startswith("zh")


def localized(text: LocalizedText) -> str:
    """Return a text of the paper's own for the response's language, else the first that the policy gives."""
    return text.in_language(str(get_locale() or "en"))
