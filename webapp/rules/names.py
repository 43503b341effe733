"""Personal names: parsed; refused only if too long or no name (markup, web address, placeholder, …).

A real person must never be refused because of their name. No rule here requires a number of parts, capitals
or a script (W3C, “Personal names around the world”); `sender` has a name of one part confirmed.
"""

import re
from dataclasses import dataclass

from webapp.rules.findings import Code, RefusedError
from webapp.rules.placeholders import is_name_placeholder
from webapp.rules.text_cleaning import clean_line, has_control_characters
from webapp.rules.text_folding import (
    contains_bare_domain,
    contains_markup,
    contains_url_or_email,
    count_east_asian,
    visible,
)

MAX_NAME_LENGTH = 100
"""Characters, after cleaning."""

_MAX_TYPED_LENGTH = 10 * MAX_NAME_LENGTH
"""Characters as typed, combining marks and spaces included; more are refused unread."""

_HANDLE = re.compile(r"(?<!\S)@\w")
_PART_SEPARATOR = re.compile(r"[\s.,]+")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A writer's name as typed, in one line.

    Attributes:
        text: The name, cleaned (see `clean_line`); case and script are unchanged.
        is_single: Whether it has one part only: a mononym, or a forgotten surname. A name with two or more
            East Asian letters has not.
    """

    text: str
    is_single: bool


def read_name(typed: str) -> PersonName:
    """Parse a personal name.

    Raises:
        RefusedError: It is empty, too long, or can't be a name: it contains control characters, markup, a
            web or e-mail address or an “@handle”, has no letter, or is a placeholder such as “Anonymous” or
            keyboard mashing.
    """
    typed = typed.strip()
    if len(typed) > _MAX_TYPED_LENGTH:
        raise RefusedError(Code.NAME_TOO_LONG, limit=MAX_NAME_LENGTH, actual=len(typed))
    text = clean_line(typed)
    name = visible(text)
    if not name:
        raise RefusedError(Code.NAME_MISSING)
    if has_control_characters(typed):
        raise RefusedError(Code.NAME_CONTROL_CHARACTERS)
    if len(text) > MAX_NAME_LENGTH:
        raise RefusedError(Code.NAME_TOO_LONG, limit=MAX_NAME_LENGTH, actual=len(text))
    if contains_markup(name):
        raise RefusedError(Code.NAME_MARKUP)
    if contains_url_or_email(name) or contains_bare_domain(name) or _HANDLE.search(name):
        raise RefusedError(Code.NAME_CONTACT)
    if not any(map(str.isalpha, name)):
        raise RefusedError(Code.NAME_NO_LETTERS)
    if is_name_placeholder(name):
        raise RefusedError(Code.NAME_STAND_IN)
    return PersonName(text, is_single=is_single_name(name))


def is_single_name(name: str) -> bool:
    """Return whether a name has one part only (see `PersonName`); false for a text without a letter."""
    # 王明 is a full name: family name and given name are written without a space.
    if count_east_asian(name) > 1:
        return False
    return sum(any(map(str.isalpha, part)) for part in _PART_SEPARATOR.split(name)) == 1
