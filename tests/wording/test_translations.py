"""Translations: every sentence has one in every language, with its placeholders; .mo files are current."""

import importlib.util
import re
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

HOME = Path(__file__).resolve().parent.parent.parent
TRANSLATIONS = HOME / "webapp" / "translations"
CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def language_of(path: Path) -> str:
    """Return the locale of a catalogue."""
    return path.parent.parent.name


def read_catalogue(path: Path) -> Catalog:
    """Return the catalogue in a .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=language_of(path))


def messages_in(language: str) -> Iterator[Message]:
    """Yield the messages of all catalogues of a language."""
    for path in CATALOGUES:
        if language_of(path) == language:
            yield from (message for message in read_catalogue(path) if message.id)


def command() -> ModuleType:
    """Return the command .ci/translations as a module."""
    loader = SourceFileLoader("translations_command", str(HOME / ".ci" / "translations"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sentences() -> dict[str, Catalog]:
    """All sentences that Babel extracts from the code and the templates, by catalogue."""
    found: dict[str, Catalog] = command().current_sentences()
    return found


def originals(message: Message) -> tuple[str, ...]:
    """Return the English sentence, with its plural if there is one."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    """Return the translations: one for each plural form of the language."""
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def catalogue_name(path: Path) -> str:
    """Return what a test calls a catalogue."""
    return f"{language_of(path)}-{path.stem}"


each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=catalogue_name)


def test_the_languages_of_readers_and_of_editors() -> None:
    assert [catalogue_name(path) for path in CATALOGUES] == [
        "de-reader",
        "es-reader",
        "fr-reader",
        "pt-reader",
        "zh_Hans-reader",
        "zh_Hant-desk",
        "zh_Hant-reader",
    ]


@each_catalogue
def test_no_sentence_lacks_its_translation_and_none_is_left_over(
    path: Path, sentences: dict[str, Catalog]
) -> None:
    there = {originals(message) for message in read_catalogue(path) if message.id}
    wanted = {originals(message) for message in sentences[path.stem] if message.id}
    assert len(wanted) > 100
    assert there == wanted
    untranslated = [
        message.id
        for message in read_catalogue(path)
        if message.id and (message.fuzzy or not all(translations(message)))
    ]
    assert untranslated == []


@each_catalogue
def test_a_translation_has_the_numbers_of_its_original(path: Path) -> None:
    for message in read_catalogue(path):
        one, some = (
            set(PLACEHOLDER.findall(text)) for text in (originals(message)[0], originals(message)[-1])
        )
        forms = [set(PLACEHOLDER.findall(translation)) for translation in translations(message)]
        # The form for a single thing may say “one” in place of the number, as the original may.
        allowed = [one, some] if len(forms) > 1 else [some]
        assert forms[0] in allowed, message.id
        assert all(form == some for form in forms[1:]), message.id


@each_catalogue
def test_the_compiled_catalogue_is_up_to_date(path: Path) -> None:
    # Entry by entry: the header of a compiled catalogue names the version of Babel that wrote it.
    with path.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    entries = {tuple(originals(message)): translations(message) for message in compiled if message.id}
    assert entries == {
        tuple(originals(message)): translations(message) for message in read_catalogue(path) if message.id
    }, "run .ci/translations"
