"""Detector of identity card, passport, social security and payment card numbers; counts and blanks them.

A paper should neither store nor print them. Most kinds have check digits, which are verified so that a
reference number or a postcode isn't mistaken for one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import cycle

_ENOUGH_DIGITS = re.compile(r"\d(?:[ .-]?\d){5}")
_FULL_WIDTH_TO_ASCII = {code_point: code_point - 0xFEE0 for code_point in range(0xFF01, 0xFF5F)}

_UNUSED_MALAYSIAN_PLACES = frozenset(("00", "17", "18", "19", "20", "69", "70", "73"))
"""Codes of states and countries that no MyKad has."""


@dataclass(frozen=True, slots=True)
class _NumberKind:
    """One kind of number.

    Attributes:
        pattern: How it is written, as group ``number``.
        is_valid: Verifies the check digits and the like; called with the letters and digits only, in upper
            case.
    """

    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]


def count_and_blank_identity_numbers(text: str) -> tuple[int, str]:
    """Return the number of identity numbers in ``text``, and the text with spaces in place of them.

    In the text returned, full-width characters have become ASCII; its length is the same. A text without six
    digits in a row, which single spaces, dots or hyphens may separate, is returned unchanged.
    """
    if not _ENOUGH_DIGITS.search(text):
        return 0, text
    remaining_text = text if text.isascii() else text.translate(_FULL_WIDTH_TO_ASCII)
    count = 0
    for kind in _KINDS:
        pieces, end = [], 0
        for match in kind.pattern.finditer(remaining_text):
            if kind.is_valid("".join(filter(str.isalnum, match["number"])).upper()):
                count += 1
                pieces += [remaining_text[end : match.start()], " " * len(match[0])]
                end = match.end()
        remaining_text = "".join((*pieces, remaining_text[end:]))
    return count, remaining_text


def _is_hong_kong_id(number: str) -> bool:
    """Verify the check digit of an HKID (Immigration Department); a missing first letter counts as 36."""
    values = [36 if character == " " else int(character, 36) for character in number.rjust(9)]
    return sum(weight * value for weight, value in zip(range(9, 0, -1), values, strict=True)) % 11 == 0


def _is_singapore_id(number: str) -> bool:
    """Verify the last letter of an NRIC or FIN; the prefixes T, G and M have an offset."""
    offset = {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(number[0], "XWUTRQPNMLK")
    weights = (2, 7, 6, 5, 4, 3, 2)
    total = offset + sum(weight * int(digit) for weight, digit in zip(weights, number[1:8], strict=True))
    return letters[total % 11] == number[8]


def _is_chinese_id(number: str) -> bool:
    """Verify a resident identity number (GB 11643): date of birth, and check digit (ISO 7064 MOD 11-2)."""
    total = sum(pow(2, 17 - place, 11) * int(digit) for place, digit in enumerate(number[:17]))
    return _is_date(number[6:14]) and "10X98765432"[total % 11] == number[17]


def _is_taiwanese_id(number: str) -> bool:
    """Verify the check digit of a national identification number."""
    value = str(10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]))
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return (
        sum(weight * int(digit) for weight, digit in zip(weights, value + number[1:], strict=True)) % 10 == 0
    )


def _is_malaysian_id(number: str) -> bool:
    """Verify a MyKad number: a date of birth, and the code of a state or a country that is in use."""
    return _is_date("20" + number[:6]) and number[6:8] not in _UNUSED_MALAYSIAN_PLACES


def _is_korean_id(number: str) -> bool:
    """Verify a resident registration number. Those issued since 2020 have no check digit, and are missed."""
    total = sum(
        weight * int(digit) for weight, digit in zip((*range(2, 10), *range(2, 6)), number, strict=False)
    )
    return _is_date("20" + number[:6]) and (11 - total % 11) % 10 == int(number[12])


def _is_indian_id(number: str) -> bool:
    """Verify the check digit of an Aadhaar (Verhoeff algorithm); repetitions of one digit are no number."""
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = _verhoeff_product(check, _verhoeff_permutation(int(digit), place))
    return check == 0 and len(set(number)) > 1


PENTAGON_ROTATIONS = 5


def _verhoeff_product(left: int, right: int) -> int:
    """Multiply in the dihedral group D5: 0 to 4 are rotations of a pentagon, 5 to 9 reflections."""
    rotation = left + right if left < PENTAGON_ROTATIONS else left - right
    is_reflection = (left < PENTAGON_ROTATIONS) != (right < PENTAGON_ROTATIONS)
    return rotation % PENTAGON_ROTATIONS + PENTAGON_ROTATIONS * is_reflection


def _verhoeff_permutation(digit: int, times: int) -> int:
    for _ in range(times % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def _is_spanish_id(number: str) -> bool:
    """Verify the last letter of a DNI or NIE."""
    first = {"X": "0", "Y": "1", "Z": "2"}.get(number[0], number[0])
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(first + number[1:8]) % 23] == number[8]


def _is_brazilian_id(number: str) -> bool:
    """Verify the two check digits of a CPF; repetitions of one digit are no number."""
    for length in (9, 10):
        total = sum((length + 1 - place) * int(digit) for place, digit in enumerate(number[:length]))
        if total * 10 % 11 % 10 != int(number[length]):
            return False
    return len(set(number)) > 1


def _is_payment_card(number: str) -> bool:
    """Verify the check digit of a card number (Luhn algorithm); repetitions of one digit are no number."""
    doubled = (int(digit) * weight for digit, weight in zip(reversed(number), cycle((1, 2)), strict=False))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0 and len(set(number)) > 1


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _always(_number: str) -> bool:
    return True


def _bounded(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile ``pattern`` as group ``number``, with no ASCII letter or digit adjacent to it."""
    return re.compile(rf"(?<![A-Za-z0-9.-])(?P<number>{pattern})(?![A-Za-z0-9]|[.-][0-9])", flags | re.ASCII)


_KINDS = (
    _NumberKind(_bounded(r"[1-9]\d{5}(?:19|20)\d{9}[0-9Xx]"), _is_chinese_id),
    _NumberKind(
        _bounded(r"(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6[05]\d\d|62\d\d|35\d\d)(?:[ -]?\d{4}){3}"),
        _is_payment_card,
    ),
    _NumberKind(_bounded(r"3[47]\d\d[ -]?\d{6}[ -]?\d{5}"), _is_payment_card),
    _NumberKind(_bounded(r"[A-Za-z]{1,2} ?\d{6} ?\([0-9Aa]\)"), _is_hong_kong_id),
    _NumberKind(_bounded(r"[STFGM]\d{7}[A-Z]"), _is_singapore_id),
    _NumberKind(
        # National Insurance number (HM Revenue & Customs, NIM39110): without unused letters and prefixes.
        _bounded(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]"),
        _always,
    ),
    # US Social Security number: no area 000, 666 or 900-999, no group 00, no serial 0000.
    _NumberKind(_bounded(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}"), _always),
    _NumberKind(_bounded(r"[A-Z][1289]\d{8}"), _is_taiwanese_id),
    _NumberKind(_bounded(r"\d{6}-\d\d-\d{4}"), _is_malaysian_id),
    _NumberKind(_bounded(r"\d{6}-[1-8]\d{6}"), _is_korean_id),
    _NumberKind(_bounded(r"[2-9]\d{3} \d{4} \d{4}"), _is_indian_id),
    _NumberKind(_bounded(r"(?:\d{8}|[XYZ]-?\d{7})-?[A-Z]"), _is_spanish_id),
    _NumberKind(_bounded(r"\d{3}\.\d{3}\.\d{3}-\d\d"), _is_brazilian_id),
    _NumberKind(
        re.compile(
            r"\bpassport(?: (?:no|number|nr))?[.:,]?\s*(?:is\s+|was\s+)?(?P<number>[A-Z]{0,2}[0-9]{6,9})\b",
            re.IGNORECASE,
        ),
        _always,
    ),
)
