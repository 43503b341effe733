"""A letter as it was typed, from any channel, before anything is judged."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from webapp.rules.words import compose


class Field(StrEnum):
    """The fields of a submission, in the order in which a form asks for them and findings are listed."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    DISTRICT = "district"
    COUNTRY = "country"
    HEADLINE = "headline"
    BODY = "body"
    ARTICLE_URL = "article_url"
    ARTICLE_HEADLINE = "article_headline"
    ARTICLE_DATE = "article_date"
    CATEGORY = "category"
    EXCLUSIVE = "exclusive"
    INTEREST = "interest"
    AI_USE = "ai_use"
    WITHHOLD_NAME = "withhold_name"
    WITHHOLD_REASON = "withhold_reason"
    FULL_NAME_CONFIRMED = "full_name_confirmed"
    CONSENT = "consent"
    ATTACHMENTS = "attachments"


TICKED = frozenset({"y", "yes", "true", "on", "1"})
"""What a form, a spreadsheet or a person writes for a tick; a browser sends ``on`` or the box's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Everything a writer typed, character for character."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    district: str = ""
    country: str = ""
    category: str = ""
    article_url: str = ""
    article_headline: str = ""
    article_date: str = ""
    headline: str = ""
    body: str = ""
    withhold_reason: str = ""
    interest: str = ""
    ai_use: str = ""
    full_name_confirmed: bool = False
    withhold_name: bool = False
    exclusive: bool = False
    consent: bool = False
    attachments: bool = False
    """Whether files came with it, as they can with an e-mail."""

    @classmethod
    def from_mapping(cls, fields: Mapping[str, object]) -> Self:
        """Read the form's field names from ``fields``; what is missing or unknown is left out.

        Raises:
            TypeError: a value is neither text, a number, a truth value nor null.
        """
        known = {field.name: field.type for field in dataclasses.fields(cls)}
        read: dict[str, object] = {}
        for name in known.keys() & fields.keys():
            value = fields[name]
            if value is None:
                continue
            if not isinstance(value, str | bool | int | float):
                raise TypeError(f"“{name}” has to be text, or true or false.")
            read[name] = _ticked(value) if known[name] is bool else _text(value)
        # The names come from the dataclass itself and each value was converted to its field's type.
        return cls(**read)  # type: ignore[arg-type]


class Misfit(StrEnum):
    """What is wrong with a field that a program sends."""

    UNKNOWN = "unknown"
    """There is no such field."""
    NOT_TEXT = "not_text"
    NOT_A_TICK = "not_a_tick"


def is_tick(field: Field) -> bool:
    """Tell whether a field is ticked or not, where the others are written in."""
    return _KINDS[field.value] is bool


def misfits(fields: Mapping[str, object]) -> Iterator[tuple[str, Misfit]]:
    """Give what of ``fields`` isn't as the contract has it: nobody typed it, so a program is wrong.

    `Submission.from_mapping` makes the best of such fields. All others it takes as they are; null is as good
    as a field that is left out.
    """
    for name, value in fields.items():
        kind = _KINDS.get(name)
        if kind is None:
            yield name, Misfit.UNKNOWN
        elif value is not None and not isinstance(value, kind):
            yield name, Misfit.NOT_A_TICK if kind is bool else Misfit.NOT_TEXT


_KINDS = {field.name: bool if field.type is bool else str for field in dataclasses.fields(Submission)}


def _ticked(value: str | float) -> bool:
    return value if isinstance(value, bool) else str(value).strip().lower() in TICKED


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)


_LINE_BREAKS = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")
_SPACING_CONTROLS = re.compile("[\x1c-\x1f]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean_text(typed: str) -> str:
    """Return ``typed`` as it is judged and kept: composed, with plain line ends and no control characters.

    Half of a surrogate pair, which no file can hold, becomes U+FFFD, as it does in a browser.
    The number of words stays what it was for any text in which controls touch a word.
    """
    text = typed.replace("\r\n", "\n")
    # Nearly every text has none of these, and one look is cheaper than four.
    if _UNUSUAL.search(text):
        text = _LINE_BREAKS.sub("\n", text)
        text = _SPACING_CONTROLS.sub(" ", text)
        text = _CONTROLS.sub("", text)
        text = _SURROGATES.sub("\ufffd", text)
    return compose(text).strip()


def clean_line(typed: str) -> str:
    """Return ``typed`` as `clean_text` does, on one line, with single spaces."""
    return " ".join(clean_text(typed).split())


def has_control_characters(typed: str) -> bool:
    """Tell whether ``typed`` holds characters that no keyboard types into a single line."""
    return bool(_CONTROLS.search(typed) or _SPACING_CONTROLS.search(typed))
