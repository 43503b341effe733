"""Phone numbers as people type them: parsed with libphonenumber into E.164 and an extension.

libphonenumber knows the numbers of every country. This module adds what writers type beyond them: a second
number, words such as “office”, 00 as the international prefix where the country uses another one, (0) after
the country code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat
from phonenumbers.shortnumberinfo import is_valid_short_number

from webapp.rules.findings import Code, RefusedError
from webapp.rules.text_cleaning import clean_line
from webapp.rules.text_folding import visible

MAX_PHONE_LENGTH = 100
"""Characters, after cleaning: enough for two numbers with a word each."""

_MAX_TYPED_LENGTH = 10 * MAX_PHONE_LENGTH
"""Characters as typed, combining marks and spaces included; more are refused unread."""

MIN_DIGITS = 4
"""Digits after the country code: the length of the shortest numbers, in Niue, Tokelau and Tristan da
Cunha."""

_EXTENSION = re.compile(
    r"[\s,;:(]*(?:內線|内線|内线|分機|分机|轉|转|내선|доб\w*"
    r"|\b(?:durchwahl|poste|interno|ramal|toestel|anexo|e?xt(?:ension|n)?))[\s.:=]*(?=\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:\+\s*)?[\d(][\d\s()./\u2010-\u2015~*-]*(?:(?:ext|x|\#)\s*\d+)?",  # hyphens and dashes
    re.IGNORECASE,
)
_SLASH_BEFORE_NUMBER = re.compile(r"/(?=\s*[0+])")
_VANITY_NUMBER = re.compile(r"[+(]*\d[\d\s().-]*[A-Z][A-Z\d\s-]*")
"""A number with letters for digits, such as 1-800-FLOWERS; in capitals only, as in “2123 4567 home” the word
is not part of the number."""

_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A phone number of a length that is possible in its country.

    Attributes:
        typed: All that the writer typed, in one line, other numbers and words included.
        e164: The number in E.164, for example ``+85221234567``.
        extension: The extension's digits; empty if there is none.
        is_valid: Whether it lies in a range that its country has assigned; if not, only its length is
            possible.
    """

    typed: str
    e164: str
    extension: str
    is_valid: bool


def read_phone(typed: str, country: str) -> PhoneNumber:
    """Parse a phone number, written internationally or as it is dialled within ``country`` (ISO 3166-1 code).

    Of several numbers, return the first one that is valid; if none is, the longest one of a possible length.

    Raises:
        RefusedError: It is empty (`PHONE_MISSING`); or it is too long or contains no number that can be
            dialled from abroad (`PHONE_IMPOSSIBLE`).
    """
    typed = typed.strip()
    if len(typed) > _MAX_TYPED_LENGTH:
        raise RefusedError(Code.PHONE_IMPOSSIBLE)
    text = clean_line(typed)
    visible_text = visible(text)
    if not visible_text:
        raise RefusedError(Code.PHONE_MISSING)
    best = _best_reading(visible_text, country) if len(text) <= MAX_PHONE_LENGTH else None
    if not best:
        raise RefusedError(Code.PHONE_IMPOSSIBLE)
    return PhoneNumber(
        typed=text,
        e164=phonenumbers.format_number(best.number, PhoneNumberFormat.E164),
        extension=best.number.extension or "",
        is_valid=best.is_valid,
    )


class _Reading(NamedTuple):
    """One interpretation of the typed text."""

    number: phonenumbers.PhoneNumber
    is_valid: bool

    @property
    def length(self) -> int:
        """The number of digits without the country code."""
        return _length(self.number)


def _best_reading(text: str, country: str) -> _Reading | None:
    """Return the first valid number in ``text``; else a valid vanity number; else the longest possible one.

    ``None`` if there is none.
    """
    possible = []
    for candidate in _candidates(text):
        for reading in _readings(candidate, country):
            if reading.is_valid:
                return reading
            possible.append(reading)
    if _VANITY_NUMBER.fullmatch(text):
        vanity_number = _parse(phonenumbers.convert_alpha_characters_in_number(text), country)
        if vanity_number and vanity_number.is_valid:
            return vanity_number
    return max(possible, key=lambda reading: reading.length, default=None)


def _length(number: phonenumbers.PhoneNumber) -> int:
    return len(phonenumbers.national_significant_number(number))


def _candidates(text: str) -> Iterator[str]:
    """Yield the parts of ``text`` that look like a number, each also without a “(0)” in it.

    A slash is part of a number, as in 030/123456, or separates two; the second one then begins with 0 or +.
    """
    ascii_digits = "".join(str(int(character)) if character.isdecimal() else character for character in text)
    normalised = _EXTENSION.sub(" ext ", ascii_digits.replace("·", " "))
    separated = _SLASH_BEFORE_NUMBER.sub(";", normalised)
    numbers = [
        number
        for part in (separated, separated.replace("/", ";"), normalised)
        for number in _NUMBER.findall(part)
    ]
    for number in dict.fromkeys(numbers):
        yield number
        if _TRUNK_ZERO.search(number):
            yield _TRUNK_ZERO.sub("", number)


def _readings(candidate: str, country: str) -> Iterator[_Reading]:
    """Yield the interpretations of one number, most likely first.

    Writers use 00 as the international prefix wherever they live. Parsed by the rules of Hong Kong, where
    some prefixes have three digits, 00852 2123 4567 would be a Mexican number and 0091 81234 56789 an
    American one.
    """
    if international := _parse_with_prefix("00", candidate):
        yield international
    if national := _parse(candidate, country):
        yield national
    if north_american := _parse_with_prefix("011", candidate):
        yield north_american


def _parse_with_prefix(prefix: str, candidate: str) -> _Reading | None:
    """Parse a number with the international ``prefix`` replaced by ``+``.

    Returns ``None`` unless every digit after the prefix belongs to the number: Australia's prefix 0011 also
    begins with 00.
    """
    digits = phonenumbers.normalize_digits_only(candidate)
    if not digits.startswith(prefix):
        return None
    reading = _parse(re.sub(rf"^\D*{prefix}", "+", candidate), None)
    if not reading:
        return None
    number = reading.number
    parsed_digits = f"{prefix}{number.country_code}{phonenumbers.national_significant_number(number)}"
    return reading if digits == parsed_digits + (number.extension or "") else None


def _parse(candidate: str, country: str | None) -> _Reading | None:
    """Parse one number; ``None`` if it is impossible, too short, or a short code such as 112."""
    try:
        number = phonenumbers.parse(candidate, country)
    except NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return _Reading(number, is_valid=True)
    if not phonenumbers.is_possible_number(number) or is_valid_short_number(number):
        return None
    if _length(number) < MIN_DIGITS or not _survives_e164(number):
        return None
    return _Reading(number, is_valid=False)


def _survives_e164(number: phonenumbers.PhoneNumber) -> bool:
    """Return whether the E.164 form of ``number`` parses to the same number; 000000 in Austria fails."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    # It has a country code and `MIN_DIGITS`, so that it can be parsed; leading zeros may be lost.
    again = phonenumbers.parse(e164)
    return phonenumbers.format_number(again, PhoneNumberFormat.E164) == e164
