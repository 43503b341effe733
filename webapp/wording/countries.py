"""Country names in the page's language, and the HTML options of the country list."""

import functools

from babel import Locale
from flask_babel import gettext
from markupsafe import Markup

from webapp.rules.countries import COUNTRIES
from webapp.wording.locale_formats import display_locale


def country_name(code: str) -> str:
    """Return the name of a country or territory by its two-letter code; an unknown code as it is."""
    return _names(display_locale()).get(code, code)


def countries_by_name() -> list[tuple[str, str]]:
    """Return pairs of code and name of all countries that a writer can choose, sorted by the page's names."""
    names = _names(display_locale())
    return sorted(
        ((code, names.get(code, code)) for code in COUNTRIES), key=lambda country: country[1].casefold()
    )


def country_options(selected_code: str) -> Markup:
    """Return the ``<option>`` elements of all countries; that of ``selected_code`` is selected, if known.

    They are sorted by name, have no end tags, and are cached for each language.
    """
    options = _options(display_locale())
    if selected_code not in COUNTRIES:
        return options
    option = Markup('<option value="{}"').format(selected_code)
    return Markup(options.replace(option, option + Markup(" selected")))  # noqa: S704 -- both are escaped


@functools.cache
def _options(language: str) -> Markup:
    """Return all options. They are cached: building them takes longer than the rest of the page.

    The optional end tags are left out, which makes the page an eighth smaller.
    """
    del language  # only the cache key: the names below depend on the current language
    return Markup().join(
        Markup('<option value="{}">{}').format(code, name) for code, name in countries_by_name()
    )


@functools.cache
def _names(language: str) -> dict[str, str]:
    """Return the names of all territories by their codes."""
    # Unicode's names of these two are longer than what people there write in an address.
    short = {"HK": str(gettext("Hong Kong")), "MO": str(gettext("Macao"))}
    return dict(Locale.parse(language).territories) | short
