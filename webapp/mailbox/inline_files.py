"""Files and PGP signatures that are written into the text of a message: uuencode, cleartext signatures."""

import re
from collections.abc import Iterator

_BEGIN = re.compile(r"begin [0-7]{3,4} \S.{0,250}")
_MOST_BYTES_OF_LINE = 45
"""Bytes that a line of uuencode holds at most (POSIX, uuencode)."""
_SIGNED_MESSAGE = "-----BEGIN PGP SIGNED MESSAGE-----"
_ARMOUR_BEGIN = re.compile(r"-----BEGIN PGP (SIGNATURE|PUBLIC KEY BLOCK)-----")
_ARMOUR_FIELD = re.compile(r"[A-Z][A-Za-z-]{1,20}: .{0,200}")
_MOST_LINES_OF_ARMOUR = 2000


def find_uuencoded(lines: list[str]) -> list[int]:
    """Return the numbers of the lines of files that are encoded into the text, each from “begin” to “end”."""
    found: list[int] = []
    start: int | None = None
    for number, line in enumerate(lines):
        text = line.rstrip()
        if _BEGIN.fullmatch(text):
            start = number
        elif start is not None and text == "end":
            found += range(start, number + 1)
            start = None
        elif start is not None and not _is_uuencoded(text):
            start = None
    return found


def _is_uuencoded(line: str) -> bool:
    """Tell whether a line has the length that its first character says; a mail client may cut its spaces."""
    if not line:
        return True
    size = (ord(line[0]) - 32) % 64
    length = 1 + (size + 2) // 3 * 4
    return (
        size <= _MOST_BYTES_OF_LINE and all(" " <= each <= "`" for each in line) and len(line) <= length + 1
    )


def find_pgp_armour(lines: list[str]) -> list[int]:
    """Return the numbers of the lines that PGP adds to a signed text, signatures and keys (RFC 9580)."""
    return list(_pgp_lines(lines))


def _pgp_lines(lines: list[str]) -> Iterator[int]:
    number = 0
    while number < len(lines):
        text = lines[number].strip()
        if text == _SIGNED_MESSAGE:
            yield number
            while number + 1 < len(lines) and _ARMOUR_FIELD.fullmatch(lines[number + 1].strip()):
                number += 1
                yield number
        elif begin := _ARMOUR_BEGIN.fullmatch(text):
            end = f"-----END PGP {begin[1]}-----"
            last = min(len(lines), number + _MOST_LINES_OF_ARMOUR)
            ends = (each for each in range(number, last) if lines[each].strip() == end)
            if (found := next(ends, None)) is not None:
                yield from range(number, found + 1)
                number = found
        number += 1


def unescape_signed(lines: list[str]) -> list[str]:
    """Return the lines of a signed text without the “- ” that PGP puts before dashes (RFC 9580, 7.1)."""
    if _SIGNED_MESSAGE not in (line.strip() for line in lines):
        return lines
    return [line.removeprefix("- ") for line in lines]
