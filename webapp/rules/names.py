"""A person's name.

A real person must never be refused for what they are called, so what is refused here can't be anybody's
name. What is merely odd is a matter for the editor. No rule asks for a number of parts, for capitals or
for a script (W3C, “Personal names around the world”).
"""

import re
from dataclasses import dataclass

from webapp.rules.findings import Code, RefusedError
from webapp.rules.placeholders import (
    count_east_asian,
    holds_domain,
    holds_markup,
    holds_web_or_email,
    is_name_placeholder,
    visible,
)
from webapp.rules.submission import clean_line, has_control_characters

LONGEST_NAME = 100

_FAR_TOO_LONG = 10 * LONGEST_NAME
"""Characters as typed, marks and spaces included: past this, none is looked at."""

_HANDLE = re.compile(r"(?<!\S)@\w")
_BETWEEN_PARTS = re.compile(r"[\s.,·・]+")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A writer's name as typed, in one line.

    Attributes:
        text: The name; case and script are the writer's.
        is_single: Whether it is one part only, as a mononym is, and as a forgotten surname makes it.
    """

    text: str
    is_single: bool


def read_name(typed: str) -> PersonName:
    """Read a person's name.

    Raises:
        RefusedError: it is empty, too long, or can't be anybody's name.
    """
    typed = typed.strip()
    if len(typed) > _FAR_TOO_LONG:
        raise RefusedError(Code.NAME_TOO_LONG, limit=LONGEST_NAME, actual=len(typed))
    text = clean_line(typed)
    name = visible(text)
    if not name:
        raise RefusedError(Code.NAME_MISSING)
    if has_control_characters(typed):
        raise RefusedError(Code.NAME_CONTROL_CHARACTERS)
    if len(text) > LONGEST_NAME:
        raise RefusedError(Code.NAME_TOO_LONG, limit=LONGEST_NAME, actual=len(text))
    if holds_markup(name):
        raise RefusedError(Code.NAME_MARKUP)
    if holds_web_or_email(name) or holds_domain(name) or _HANDLE.search(name):
        raise RefusedError(Code.NAME_CONTACT)
    if not any(map(str.isalpha, name)):
        raise RefusedError(Code.NAME_NO_LETTERS)
    if is_name_placeholder(name):
        raise RefusedError(Code.NAME_STAND_IN)
    return PersonName(text, is_single=_is_single(name))


def _is_single(name: str) -> bool:
    # 王明 is a full name: family and given name are written without a space.
    if count_east_asian(name) > 1:
        return False
    return sum(any(map(str.isalpha, part)) for part in _BETWEEN_PARTS.split(name)) == 1
