"""Translations: every sentence has one in every language, with its placeholders; .mo files are current."""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

HOME = Path(__file__).resolve().parent.parent.parent
TRANSLATIONS = HOME / "webapp" / "translations"
LANGUAGES = sorted(folder.name for folder in TRANSLATIONS.iterdir() if folder.is_dir())
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def catalogue(language: str) -> Catalog:
    """Return the catalogue in the .po file of a language."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def sentences_in_the_code() -> set[str]:
    """Return all sentences that Babel extracts from the code and the templates, plurals by their singular."""
    mappings = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"][
        "mappings"
    ]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found: set[str] = set()
    for folder in ("webapp", "templates"):
        methods_here = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        for _, _, message, _, _ in extract_from_dir(HOME / folder, methods_here, keywords=keywords):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def originals(message: Message) -> tuple[str, ...]:
    """Return the English sentence, with its plural if there is one."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    """Return the translations: one for each plural form of the language."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def test_traditional_chinese_is_there() -> None:
    assert LANGUAGES == ["zh_Hant"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_lacks_its_translation_and_none_is_left_over(language: str) -> None:
    there = {originals(message)[0] for message in catalogue(language) if message.id}
    wanted = sentences_in_the_code()
    assert len(wanted) > 100
    assert there == wanted
    untranslated = [
        message.id
        for message in catalogue(language)
        if message.id and (message.fuzzy or not all(translations(message)))
    ]
    assert untranslated == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_numbers_of_its_original(language: str) -> None:
    for message in catalogue(language):
        wanted = set(PLACEHOLDER.findall(originals(message)[-1]))
        for translation in translations(message):
            assert set(PLACEHOLDER.findall(translation)) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    # Entry by entry: the header of a compiled catalogue names the version of Babel that wrote it.
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    entries = {tuple(originals(message)): translations(message) for message in compiled if message.id}
    assert entries == {
        tuple(originals(message)): translations(message) for message in catalogue(language) if message.id
    }, "run .ci/translations"
