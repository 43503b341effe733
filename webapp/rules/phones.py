"""A phone number, in whichever way people write one.

Google's libphonenumber knows every country's numbers. What it does not know is what writers add: a second
number, “office”, 00 for “abroad” where the prefix is another, (0) after a country's code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat
from phonenumbers.shortnumberinfo import is_valid_short_number

from webapp.rules.findings import Code, RefusedError
from webapp.rules.placeholders import visible
from webapp.rules.submission import clean_line

LONGEST_PHONE = 100
"""Characters: two numbers, and a word on each."""

_FAR_TOO_LONG = 10 * LONGEST_PHONE

LEAST_DIGITS = 4
"""After the country's code: Niue, Tokelau and Tristan da Cunha have the shortest numbers."""

_EXTENSION = re.compile(
    r"[\s,;:(]*(?:內線|内線|内线|分機|分机|轉|转|내선|доб\w*"
    r"|\b(?:durchwahl|poste|interno|ramal|toestel|anexo|e?xt(?:ension|n)?))[\s.:=]*(?=\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:\+\s*)?[\d(][\d\s()./\u2010-\u2015~*-]*(?:(?:ext|x|\#)\s*\d+)?",  # with any dash that people type
    re.IGNORECASE,
)
_SECOND = re.compile(r"/(?=\s*[0+])")
_KEYED = re.compile(r"[+(]*\d[\d\s().-]*[A-Z][A-Z\d\s-]*")
"""1-800-FLOWERS, in capitals: the letters of “2123 4567 home” are not to be dialled."""

_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number that can be dialled.

    Attributes:
        typed: What the writer typed, in one line.
        e164: The number as the networks write it, ``+85221234567``.
        extension: What to dial after the answer; empty when there is none.
        is_valid: Whether its country has given out numbers like it, and not only ones as long.
    """

    typed: str
    e164: str
    extension: str
    is_valid: bool


def read_phone(typed: str, country: str) -> PhoneNumber:
    """Read a phone number as it is dialled from ``country`` (two capital letters), or with its ``+``.

    Raises:
        RefusedError: it is empty or no number that can be dialled.
    """
    typed = typed.strip()
    if len(typed) > _FAR_TOO_LONG:
        raise RefusedError(Code.PHONE_IMPOSSIBLE)
    text = clean_line(typed)
    written = visible(text)
    if not written:
        raise RefusedError(Code.PHONE_MISSING)
    read = _meant(written, country) if len(text) <= LONGEST_PHONE else None
    if not read:
        raise RefusedError(Code.PHONE_IMPOSSIBLE)
    return PhoneNumber(
        typed=text,
        e164=phonenumbers.format_number(read.number, PhoneNumberFormat.E164),
        extension=read.number.extension or "",
        is_valid=read.is_valid,
    )


class _Reading(NamedTuple):
    """What may have been meant, and whether its country has given out numbers like it."""

    number: phonenumbers.PhoneNumber
    is_valid: bool

    @property
    def length(self) -> int:
        return _length(self.number)


def _meant(written: str, country: str) -> _Reading | None:
    """Return the first valid number in what was written, else the longest possible one."""
    possible = []
    for spelling in _spellings(written):
        for reading in _readings(spelling, country):
            if reading.is_valid:
                return reading
            possible.append(reading)
    if _KEYED.fullmatch(written):
        keyed = _dialled(phonenumbers.convert_alpha_characters_in_number(written), country)
        if keyed and keyed.is_valid:
            return keyed
    return max(possible, key=lambda reading: reading.length, default=None)


def _length(number: phonenumbers.PhoneNumber) -> int:
    return len(phonenumbers.national_significant_number(number))


def _spellings(written: str) -> Iterator[str]:
    """Yield each number in what was written.

    A slash stands inside one, as in 030/123456, or between two: what begins with 0 or + begins anew.
    """
    digits = "".join(str(int(character)) if character.isdecimal() else character for character in written)
    text = _EXTENSION.sub(" ext ", digits.replace("·", " "))
    apart = _SECOND.sub(";", text)
    numbers = [number for part in (apart, apart.replace("/", ";"), text) for number in _NUMBER.findall(part)]
    for number in dict.fromkeys(numbers):
        yield number
        if _TRUNK_ZERO.search(number):
            yield _TRUNK_ZERO.sub("", number)


def _readings(spelling: str, country: str) -> Iterator[_Reading]:
    """Yield what a number may be, likeliest first.

    People write 00 for “abroad” wherever they live. Read as dialled in Hong Kong, where some prefixes have
    three digits, 00852 2123 4567 would be a Mexican number, and 0091 81234 56789 an American one.
    """
    if abroad := _from_abroad("00", spelling):
        yield abroad
    if dialled := _dialled(spelling, country):
        yield dialled
    if american := _from_abroad("011", spelling):
        yield american


def _from_abroad(prefix: str, spelling: str) -> _Reading | None:
    """Read ``prefix`` as ``+``, if every digit after it belongs to the number: 0011 is Australia's prefix."""
    digits = phonenumbers.normalize_digits_only(spelling)
    if not digits.startswith(prefix):
        return None
    reading = _dialled(re.sub(rf"^\D*{prefix}", "+", spelling), None)
    if not reading:
        return None
    number = reading.number
    read = f"{prefix}{number.country_code}{phonenumbers.national_significant_number(number)}"
    return reading if digits == read + (number.extension or "") else None


def _dialled(spelling: str, country: str | None) -> _Reading | None:
    """Read a number, unless it is too short, or one that is dialled within its country only, as 112 is."""
    try:
        number = phonenumbers.parse(spelling, country)
    except NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return _Reading(number, is_valid=True)
    if not phonenumbers.is_possible_number(number) or is_valid_short_number(number):
        return None
    if _length(number) < LEAST_DIGITS or not _reads_back(number):
        return None
    return _Reading(number, is_valid=False)


def _reads_back(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether the networks' form of a number names the same one: 000000 in Austria does not."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    try:
        again = phonenumbers.parse(e164)
    except NumberParseException:
        return False
    return phonenumbers.format_number(again, PhoneNumberFormat.E164) == e164
