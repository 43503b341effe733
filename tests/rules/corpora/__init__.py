"""Test data for the field rules: typed values, some with the expected refusal; hostile pieces of text."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from tests.stopwatch import stopwatch
from webapp.rules.findings import RefusedError

# The files contain Unicode control pictures (U+2400-U+2421) instead of control characters, which editors may
# drop.
_CONTROL_PICTURES = {0x2400 + code: chr(code) for code in range(0x21)} | {0x2421: "\x7f"}

HOSTILE_PIECES = [
    "a",
    "aB",
    " ",
    "1",
    "1 ",
    "+",
    "(",
    "<a ",
    "<",
    "a.",
    "-",
    "@",
    "a@",
    "1x",
    "00",
    "/",
    "&a",
    "香港",
]
HOSTILE_PIECES += [
    "\u0315\u0300",
    "a\u0315",
    "\u1100\u1161",
    "\u200b",
    "\x00",
    "\ud800",
    "\ufdfa",
    "xn--",
    "hong kong ",
]
"""Texts that, repeated, make regular expressions slow."""


def lines(corpus: str) -> list[str]:
    """Return the lines of the file ``corpus``, with control characters."""
    text = (Path(__file__).parent / f"{corpus}.txt").read_text(encoding="utf-8")
    return [line.translate(_CONTROL_PICTURES) for line in text.splitlines()]


def typed_and_codes(corpus: str) -> list[tuple[str, str]]:
    """Return the typed value and the expected code of each line ``value<TAB>code``."""
    return [(typed, code) for typed, _, code in (line.rpartition("\t") for line in lines(corpus))]


def is_quick(reader: Callable[[str], object], typed: str) -> bool:
    """Return whether ``reader`` takes less than 50 ms in one of three attempts; the machine may be busy."""
    return any(_seconds(reader, typed) < 0.05 for _ in range(3))


def _seconds(reader: Callable[[str], object], typed: str) -> float:
    with stopwatch() as watch, contextlib.suppress(RefusedError):
        reader(typed)
    return watch.seconds
