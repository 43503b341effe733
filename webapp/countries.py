"""Countries by name, in the reader's language."""

import functools

from babel import Locale
from flask_babel import gettext

from webapp.rules.countries import COUNTRIES
from webapp.wording.locale import display_locale


def country_name(code: str) -> str:
    """Name a country, or another territory that has telephones."""
    return _names(display_locale()).get(code, code)


def countries_by_name() -> list[tuple[str, str]]:
    """List codes and names, in the order of the names."""
    names = _names(display_locale())
    return sorted(((code, names.get(code, code)) for code in COUNTRIES), key=_by_name)


def _by_name(country: tuple[str, str]) -> str:
    return country[1].casefold()


@functools.cache
def _names(language: str) -> dict[str, str]:
    # Unicode's long names of these two are not what their people write in an address.
    short = {"HK": str(gettext("Hong Kong")), "MO": str(gettext("Macao"))}
    return dict(Locale.parse(language).territories) | short
