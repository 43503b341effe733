"""What people type, and what is to become of it: facts to hold the rules against."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from tests.stopwatch import stopwatch
from webapp.rules.findings import RefusedError

# Controls are written as their pictures, as an editor would lose them.
_PICTURES = {0x2400 + code: chr(code) for code in range(0x21)} | {0x2421: "\x7f"}

HOSTILE = [
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
HOSTILE += [
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
"""Pieces that patterns stumble over when they are repeated."""


def lines(corpus: str) -> list[str]:
    """Return the lines of a corpus."""
    text = (Path(__file__).parent / f"{corpus}.txt").read_text(encoding="utf-8")
    return [line.translate(_PICTURES) for line in text.splitlines()]


def pairs(corpus: str) -> list[tuple[str, str]]:
    """Return what was typed, and the code it is refused with."""
    return [(typed, code) for typed, _, code in (line.rpartition("\t") for line in lines(corpus))]


def is_quick(reader: Callable[[str], object], typed: str) -> bool:
    """Tell whether ``reader`` reads or refuses in 50 ms; it has three tries, as machines have moods."""
    return any(_seconds(reader, typed) < 0.05 for _ in range(3))


def _seconds(reader: Callable[[str], object], typed: str) -> float:
    with stopwatch() as watch, contextlib.suppress(RefusedError):
        reader(typed)
    return watch.seconds
