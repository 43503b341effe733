"""Numbers by which a state or a bank knows a person, which no paper should keep or print.

Nearly all carry check digits, so that a reference or a postcode that looks like one is not taken for it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import cycle

_ENOUGH_DIGITS = re.compile(r"\d(?:[ .-]?\d){5}")
_FULL_WIDTH = {code_point: code_point - 0xFEE0 for code_point in range(0xFF01, 0xFF5F)}


_NO_PLACES = frozenset(("00", "17", "18", "19", "20", "69", "70", "73"))


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of number: how it is written, and what else holds of it."""

    written: re.Pattern[str]
    holds: Callable[[str], bool]
    """Given the letters and digits only, in capitals."""


def count_and_blank_identity_numbers(text: str) -> tuple[int, str]:
    """Return how many such numbers ``text`` has, and the text with spaces in their places."""
    if not _ENOUGH_DIGITS.search(text):
        return 0, text
    rest = text if text.isascii() else text.translate(_FULL_WIDTH)
    found = 0
    for kind in _KINDS:
        for match in kind.written.finditer(rest):
            if kind.holds("".join(filter(str.isalnum, match["number"])).upper()):
                found += 1
                rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    return found, rest


def _is_hong_kong_id(number: str) -> bool:
    """Check the digit in brackets (Immigration Department): a missing first letter counts 36."""
    values = [36 if character == " " else int(character, 36) for character in number.rjust(9)]
    return sum(weight * value for weight, value in zip(range(9, 0, -1), values, strict=True)) % 11 == 0


def _is_singapore_id(number: str) -> bool:
    """Check the last letter of an NRIC or FIN; the series of T, G and M start further on."""
    offset = {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(number[0], "XWUTRQPNMLK")
    weights = (2, 7, 6, 5, 4, 3, 2)
    total = offset + sum(weight * int(digit) for weight, digit in zip(weights, number[1:8], strict=True))
    return letters[total % 11] == number[8]


def _is_chinese_id(number: str) -> bool:
    """Check a resident identity number (GB 11643): a birthday, and ISO 7064 MOD 11-2."""
    total = sum(pow(2, 17 - place, 11) * int(digit) for place, digit in enumerate(number[:17]))
    return _is_birthday(number[6:14]) and "10X98765432"[total % 11] == number[17]


def _is_taiwanese_id(number: str) -> bool:
    value = str(10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(number[0]))
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(w * int(digit) for w, digit in zip(weights, value + number[1:], strict=True)) % 10 == 0


def _is_malaysian_id(number: str) -> bool:
    """Check a MyKad: a birthday, and the code of a state or a country, some of which were never given."""
    return _is_birthday("20" + number[:6]) and number[6:8] not in _NO_PLACES


def _is_korean_id(number: str) -> bool:
    """Check a resident registration number; those given since 2020 have no check digit, and are missed."""
    total = sum(
        weight * int(digit) for weight, digit in zip((*range(2, 10), *range(2, 6)), number, strict=False)
    )
    return _is_birthday("20" + number[:6]) and (11 - total % 11) % 10 == int(number[12])


def _is_indian_id(number: str) -> bool:
    """Check an Aadhaar by Verhoeff's scheme, which knows each slip of one digit and each swap of two."""
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = _multiplied(check, _permuted(int(digit), place))
    return check == 0 and len(set(number)) > 1


CORNERS = 5


def _multiplied(left: int, right: int) -> int:
    """Multiply in the dihedral group of a pentagon."""
    turn = left + right if left < CORNERS else left - right
    is_mirrored = (left < CORNERS) != (right < CORNERS)
    return turn % CORNERS + CORNERS * is_mirrored


def _permuted(digit: int, times: int) -> int:
    for _ in range(times % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def _is_spanish_id(number: str) -> bool:
    first = {"X": "0", "Y": "1", "Z": "2"}.get(number[0], number[0])
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(first + number[1:8]) % 23] == number[8]


def _is_brazilian_id(number: str) -> bool:
    for length in (9, 10):
        total = sum((length + 1 - place) * int(digit) for place, digit in enumerate(number[:length]))
        if total * 10 % 11 % 10 != int(number[length]):
            return False
    return len(set(number)) > 1


def _is_payment_card(number: str) -> bool:
    """Check Luhn's digit, and that an issuer begins so; a row of one digit is an example."""
    doubled = (int(digit) * weight for digit, weight in zip(reversed(number), cycle((1, 2)), strict=False))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0 and len(set(number)) > 1


def _is_birthday(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _always(_number: str) -> bool:
    return True


def _written(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile how a number is written, with no letter or digit of Latin script touching it."""
    return re.compile(rf"(?<![A-Za-z0-9.-])(?P<number>{pattern})(?![A-Za-z0-9]|[.-][0-9])", flags | re.ASCII)


_KINDS = (
    _Kind(_written(r"[1-9]\d{5}(?:19|20)\d{9}[0-9Xx]"), _is_chinese_id),
    _Kind(
        _written(r"(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6[05]\d\d|62\d\d|35\d\d)(?:[ -]?\d{4}){3}"),
        _is_payment_card,
    ),
    _Kind(_written(r"3[47]\d\d[ -]?\d{6}[ -]?\d{5}"), _is_payment_card),
    _Kind(_written(r"[A-Za-z]{1,2} ?\d{6} ?\([0-9Aa]\)"), _is_hong_kong_id),
    _Kind(_written(r"[STFGM]\d{7}[A-Z]"), _is_singapore_id),
    _Kind(
        # HM Revenue & Customs, NIM39110: the letters that are not used, and the prefixes that are not given.
        _written(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]"),
        _always,
    ),
    # Social Security Administration: no area 000, 666 or from 900, no group 00, no serial 0000.
    _Kind(_written(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}"), _always),
    _Kind(_written(r"[A-Z][1289]\d{8}"), _is_taiwanese_id),
    _Kind(_written(r"\d{6}-\d\d-\d{4}"), _is_malaysian_id),
    _Kind(_written(r"\d{6}-[1-8]\d{6}"), _is_korean_id),
    _Kind(_written(r"[2-9]\d{3} \d{4} \d{4}"), _is_indian_id),
    _Kind(_written(r"(?:\d{8}|[XYZ]-?\d{7})-?[A-Z]"), _is_spanish_id),
    _Kind(_written(r"\d{3}\.\d{3}\.\d{3}-\d\d"), _is_brazilian_id),
    _Kind(
        re.compile(
            r"\bpassport(?: (?:no|number|nr))?[.:,]?\s*(?:is\s+|was\s+)?(?P<number>[A-Z]{0,2}[0-9]{6,9})\b",
            re.IGNORECASE,
        ),
        _always,
    ),
)
