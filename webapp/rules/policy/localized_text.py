"""`LocalizedText`, a text of the paper's own, given once or by language; its readers; locales of tags."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from webapp.rules.policy.toml_table import TomlTable, describe

ANY_LANGUAGE = ""
"""The key of a text that is given once, without a language."""
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
"""A language with its script and territory (BCP 47), with hyphens or underscores."""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text that a policy gives once for readers of all languages, or by language.

    Attributes:
        texts: The text by locale such as ``zh_Hant``, in the order of the file; under `ANY_LANGUAGE` if it is
            given once. Empty for no text at all.
    """

    texts: Mapping[str, str]

    @classmethod
    def plain(cls, text: str) -> Self:
        """Return a text that is given once; no text at all if it is empty."""
        return cls(MappingProxyType({ANY_LANGUAGE: text} if text else {}))

    @property
    def languages(self) -> frozenset[str]:
        """The locales that the text is given in; none if it is given once."""
        return frozenset(self.texts) - {ANY_LANGUAGE}

    def __bool__(self) -> bool:
        """Return whether there is any text."""
        return bool(self.texts)

    def in_language(self, locale: str) -> str:
        """Return the text for a locale; empty if there is no text.

        It is the one in that locale, else in another variant of its language, else the first in the file.
        """
        exact = self.texts.get(locale)
        if exact is not None:
            return exact
        language = locale.partition("_")[0]
        variants = (text for each, text in self.texts.items() if each.partition("_")[0] == language)
        return next(variants, next(iter(self.texts.values()), ""))


NO_TEXT = LocalizedText(MappingProxyType({}))
"""No text at all."""


def locale_of_tag(tag: str) -> str | None:
    """Return a language tag (BCP 47) as a locale: “zh-hant” is ``zh_Hant``; ``None`` if it isn't a tag.

    That the language exists isn't checked.
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    language, script, territory = match.groups(default="")
    return "_".join(filter(None, (language.lower(), script.title(), territory.upper())))


def read_localized_text(
    table: TomlTable, key: str, default: str | None = None, *, longest: int = 200
) -> LocalizedText:
    """Read a text in quotes, or a table with the text by language: ``{ en = "Reply", zh-Hant = "回應" }``.

    Args:
        table: The table that has it.
        key: The key.
        default: The text if the key is missing, which is required if this is ``None``.
        longest: The limit of each text in characters.
    """
    if not table.holds_table(key):
        return LocalizedText.plain(table.text(key, default, longest=longest))
    return _read_by_language(table.table(key), longest)


def read_localized_texts(table: TomlTable, key: str, *, longest: int = 200) -> tuple[LocalizedText, ...]:
    """Read a list whose items are texts in quotes or tables with the text by language.

    It is empty if the key is missing; an empty list is a mistake. Items that are neither are mistakes and
    left out.

    Args:
        table: The table that has it.
        key: The key.
        longest: The limit of each text in characters.
    """
    texts: list[LocalizedText] = []
    for item in table.items(key):
        if isinstance(item, TomlTable):
            texts.append(_read_by_language(item, longest))
        elif isinstance(item, str) and item.strip():
            texts.append(LocalizedText.plain(item.strip()))
            if len(item) > longest:
                table.add_mistake(key, f"has a text of {len(item)} characters; the limit is {longest}")
        else:
            table.add_mistake(key, f"has to list texts in quotes that aren't empty, not {describe(item)}")
    return tuple(texts)


def _read_by_language(table: TomlTable, longest: int) -> LocalizedText:
    texts: dict[str, str] = {}
    keys = table.keys()
    for key in keys:
        locale = locale_of_tag(key)
        text = table.text(key, longest=longest)
        if locale is None:
            table.add_mistake(key, f"has to be a language's tag (BCP 47) like “en” or “zh-Hant”, not “{key}”")
        elif locale in texts:
            table.add_mistake(key, f"gives the text in “{locale.replace('_', '-')}” twice")
        elif text:
            texts[locale] = text
    if not keys:
        table.add_mistake("", "has no text in any language")
    table.finish()
    return LocalizedText(MappingProxyType(texts))
