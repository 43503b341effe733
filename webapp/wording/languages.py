"""The languages that forms, pages and messages exist in, and which of them serves a language tag.

A language exists where ``webapp/translations`` has a catalogue of it; English is the language of the code.
"""

import functools
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.core import get_global

from webapp.rules.policy.localized_text import locale_of_tag

ENGLISH = "en"
READER_CATALOGUE = "reader"
"""The catalogue of the sentences that readers and writers see."""
DESK_CATALOGUE = "desk"
"""The catalogue of the sentences that only editors see; a language of readers can do without."""
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def reader_languages() -> MappingProxyType[str, str]:
    """Return the languages of readers, by locale, each with its name in itself; English first."""
    return _languages(READER_CATALOGUE)


def desk_languages() -> MappingProxyType[str, str]:
    """Return the languages of editors, by locale, each with its name in itself; English first."""
    return _languages(DESK_CATALOGUE)


def language_of_tag(tag: str) -> str | None:
    """Return the locale, of `reader_languages`, that serves a language tag (BCP 47); ``None`` if none does.

    It is the one in the same language and script; a tag without a script has the script that is usual for its
    territory, else for its language (CLDR, likely subtags): “de-AT” is served by German, “zh-HK” by
    Traditional and “zh-CN” by Simplified Chinese, and “pt-BR” and “pt-PT” by the one Portuguese. What follows
    a territory doesn't matter, nor do case, and underscores in place of hyphens.
    """
    parts = tag.replace("_", "-").split("-")[:_MAX_SUBTAGS]
    # A variant or an extension follows the territory; RFC 4647 looks a tag up without its last parts.
    for length in range(len(parts), 0, -1):
        locale = locale_of_tag("-".join(parts[:length]))
        if locale is not None:
            return _locales_by_script().get(_language_and_script(locale))
    return None


_MAX_SUBTAGS = 5
"""Subtags of a tag that are looked at; language, script and territory are at most three."""


@functools.cache
def _locales_by_script() -> dict[tuple[str, str], str]:
    return {_language_and_script(locale): locale for locale in reader_languages()}


def _language_and_script(locale: str) -> tuple[str, str]:
    """Return language and script of a locale, the script in which it is usually written if it names none."""
    likely = get_global("likely_subtags")
    parts = locale.split("_")
    if len(parts) > 1 and len(parts[1]) == len("Latn") and parts[1].isalpha():
        return parts[0], parts[1]
    full = likely.get(locale) or likely.get(parts[0]) or parts[0]
    script = full.split("_")[1] if "_" in full else ""
    return parts[0], script


@functools.cache
def _languages(catalogue: str) -> MappingProxyType[str, str]:
    folders = sorted(path.parent.parent.name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{catalogue}.mo"))
    return MappingProxyType({locale: _own_name(locale) for locale in (ENGLISH, *folders)})


def _own_name(locale: str) -> str:
    """Return the name of a language in itself, as a list shows it, with a capital: “Español”."""
    names = Locale.parse(locale).languages
    name = names.get(locale) or names.get(locale.partition("_")[0]) or locale
    return f"{name[0].upper()}{name[1:]}"
