"""By the response's locale: dates, lists joined with “and” or “or”, and the paper's own texts."""

import functools
from datetime import date

from babel.dates import format_date
from babel.lists import format_list
from flask_babel import get_locale

from webapp.rules.policy.localized_text import LocalizedText

LOCALES = {"en": "en_GB", "zh_Hant": "zh_Hant_HK"}
"""The locale for each language. Its region decides, for example, that days stand before months, and how
countries are named in Hong Kong."""


def display_locale() -> str:
    """Return the locale for dates, lists and country names in this request; British English by default."""
    return LOCALES.get(str(get_locale() or "en"), "en_GB")


def long_date(day: date) -> str:
    """Return a date with the month in full, for sentences: “7 May 2026”."""
    return str(format_date(day, "long", locale=display_locale()))


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


def localized(text: LocalizedText) -> str:
    """Return a text of the paper's own for the response's language, else the first that the policy gives."""
    return text.in_language(str(get_locale() or "en"))
