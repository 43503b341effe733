"""Towns and regions of several words, or in East Asian characters, by the data of `phonenumbers`.

They tell “Ann Lee / Nova Scotia” from two people. The package has the places of the world's area codes.
"""

import functools
import importlib.util
import re
from pathlib import Path

import phonenumbers
from babel import Locale

from webapp.rules.text_folding import fold

_EAST_ASIAN = re.compile("[\u3400-\u9fff\uac00-\ud7af]{2,}$")
_EAST_ASIAN_SUFFIX = re.compile("(?<=..)[市区區县縣県省州郡町村鎮镇鄉乡시군구]$")

LANGUAGES = """
en zh zh_Hant es fr pt de ru ar hi bn id it nl pl tr uk vi fa he el th sv
"""
"""Languages in which countries are known, by Babel's data."""

_BETWEEN_PLACES = re.compile(r"\s*[,/;()]\s*|\s[-–]\s")


def is_known_place(text: str) -> bool:
    """Return whether ``text`` is a town, region or country of several words, or in East Asian characters.

    Capitals and accents make no difference.

    The first call in a process takes about a second, unless `load_place_names` was called before. The caller
    has to limit the length of the text, as for `fold`.
    """
    return fold(text) in _place_names()


def load_place_names() -> None:
    """Read the names of all places, which takes about a second, and keep them for this process."""
    _place_names()


@functools.cache
def _place_names() -> frozenset[str]:
    """Read the data file by file and keep none of them: all together they take 100 MB."""
    descriptions: set[str] = set()
    for file in sorted(Path(phonenumbers.__file__).parent.glob("geodata/data*.py")):
        # Not an import of the package geodata, which loads all files for good.
        spec = importlib.util.spec_from_file_location(f"phonenumbers.geodata.{file.stem}", file)
        if spec is None or spec.loader is None:
            continue
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for by_language in module.data.values():
            descriptions.update(by_language.values())
    places = {
        part
        for description in descriptions
        if " " in description
        for part in _BETWEEN_PLACES.split(description)
        if " " in part
    } | {
        _EAST_ASIAN_SUFFIX.sub("", description)
        for description in descriptions
        if _EAST_ASIAN.match(description)
    }
    return frozenset(map(fold, places | _countries()))


def _countries() -> set[str]:
    return {
        name
        for language in LANGUAGES.split()
        for name in Locale.parse(language).territories.values()
        if " " in name
    }
