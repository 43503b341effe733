"""Countries by name, in the reader's language."""

import functools

from babel import Locale
from flask_babel import gettext
from markupsafe import Markup

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


def country_options(chosen: str) -> Markup:
    """Return the options of a list of countries, with that of the code ``chosen`` selected."""
    options = _options(display_locale())
    if chosen not in COUNTRIES:
        return options
    option = Markup('<option value="{}"').format(chosen)
    return Markup(options.replace(option, option + Markup(" selected")))  # noqa: S704 -- both are escaped


@functools.cache
def _options(language: str) -> Markup:
    """Return all options; written anew for each page they would take longer than all else on it.

    HTML lets the end tags be left out, which makes the page an eighth lighter.
    """
    del language  # which the names depend on
    return Markup().join(
        Markup('<option value="{}">{}').format(code, name) for code, name in countries_by_name()
    )


@functools.cache
def _names(language: str) -> dict[str, str]:
    # Unicode's long names of these two are not what their people write in an address.
    short = {"HK": str(gettext("Hong Kong")), "MO": str(gettext("Macao"))}
    return dict(Locale.parse(language).territories) | short
