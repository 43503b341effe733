"""How dates, lists and countries are written in the language of the answer."""

import functools
from datetime import date

from babel.dates import format_date
from babel.lists import format_list
from flask_babel import get_locale

LOCALES = {"en": "en_GB", "zh_Hant": "zh_Hant_HK"}
"""The region whose customs each language follows: days before months, Hong Kong's names of countries."""


def display_locale() -> str:
    """Return the locale that numbers, dates and names are shown by."""
    return LOCALES.get(str(get_locale() or "en"), "en_GB")


def long_date(day: date) -> str:
    """Write a date out, as in a sentence."""
    return str(format_date(day, "long", locale=display_locale()))


def short_date(day: date) -> str:
    """Write a date shortly, as in a table."""
    return _short(day, display_locale())


# A page with a list has few days many times over, and Babel reads the pattern anew for each.
@functools.lru_cache(maxsize=1000)
def _short(day: date, locale: str) -> str:
    return str(format_date(day, "medium", locale=locale))


def listed(items: list[str]) -> str:
    """Write a list with “and” before its last item."""
    return str(format_list(items, locale=display_locale()))


def listed_as_choice(items: list[str]) -> str:
    """Write a list with “or” before its last item."""
    return str(format_list(items, style="or", locale=display_locale()))
