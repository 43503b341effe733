"""No text, however it is made, keeps a regular expression or the whole engine busy."""

import dataclasses
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.samples import HERALD, TODAY, letter
from tests.stopwatch import stopwatch
from tests.web.patterns import hostile_pieces, product_patterns
from webapp.mailbox.message import submission_from_message
from webapp.rules.check import check
from webapp.rules.letter_text import LONGEST_BODY

END = "\0!"
"""What hardly any expression goes on with."""
SHORT = 400
"""Signs. What takes exponential or cubic time is far too slow by then."""
SECONDS_FOR_SHORT = 0.15
SUSPICIOUS = 0.0008
"""Seconds for a short text, from which on what is slow in it is tried out on the whole engine."""
SECONDS_FOR_A_LETTER = 1.0
SECONDS_FOR_ONE_EXPRESSION = 0.25
TAKES_ALL = dataclasses.replace(HERALD, words=dataclasses.replace(HERALD.words, maximum=LONGEST_BODY))
"""A paper that takes any length, so that everything is looked at."""
TEXT_FIELDS = [
    field.name
    for field in dataclasses.fields(letter())
    if isinstance(getattr(letter(), field.name), str) and field.name != "body"
]


def of_length(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


class TooSlowError(Exception):
    """It would take until the end of time."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off what takes longer, in the time of this process."""

    def break_off(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, break_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds_for(pattern: re.Pattern[Any], piece: str) -> float:
    text: Any = of_length(piece, SHORT) + END
    nothing: Any = ""
    if isinstance(pattern.pattern, bytes):
        text, nothing = text.encode(), b""
    with stopwatch() as watch, suppress(TooSlowError), at_most(2 * SECONDS_FOR_SHORT):
        pattern.search(text)
        pattern.match(text)
        pattern.fullmatch(text)
        pattern.sub(nothing, text)
    return watch.seconds


@pytest.fixture(scope="module")
def measured() -> dict[tuple[str, str], float]:
    """Seconds for each expression and each hostile text that is made for it."""
    patterns = product_patterns()
    assert len(patterns) > 150, "the product's expressions were found"
    return {
        (place, piece): seconds_for(pattern, piece)
        for place, pattern in patterns.items()
        for piece in hostile_pieces(pattern)
    }


def test_no_expression_takes_long_for_a_short_text(measured: dict[tuple[str, str], float]) -> None:
    assert {which: seconds for which, seconds in measured.items() if seconds > SECONDS_FOR_SHORT} == {}


@pytest.mark.parametrize("slow", [r"\s*\s*\s*x", r"(?:a+)+$", r"a*[ab]*a*b*[ab]*c"])
def test_an_expression_that_takes_long_is_found(slow: str) -> None:
    pattern = re.compile(slow)
    assert max(seconds_for(pattern, piece) for piece in hostile_pieces(pattern)) > SECONDS_FOR_SHORT


def test_a_letter_made_of_what_expressions_are_slow_at_is_judged_at_once(
    measured: dict[tuple[str, str], float],
) -> None:
    pieces = {piece for (_, piece), seconds in measured.items() if seconds > SUSPICIOUS} | {" ", "a", "\n"}
    slow = {}
    for piece in pieces:
        body = of_length(piece, LONGEST_BODY - 1) + "!"
        lines = of_length(f"{of_length(piece, 78)}\n", LONGEST_BODY - 1) + "!"
        for fields in ({"body": body}, {"body": lines}, dict.fromkeys(TEXT_FIELDS, body)):
            with stopwatch() as watch:
                check(letter(**fields), TAKES_ALL, TODAY)
            if watch.seconds > SECONDS_FOR_A_LETTER:
                slow[piece, next(iter(fields))] = watch.seconds
    assert slow == {}


def test_what_is_shown_of_a_letter_or_sent_is_made_at_once() -> None:
    """The engine and the mailbox are tried out as a whole; all else meets a text that they have let in."""
    slow = {}
    for place, pattern in product_patterns().items():
        if isinstance(pattern.pattern, bytes) or place.startswith(("webapp/rules/", "webapp/mailbox/")):
            continue
        for piece in hostile_pieces(pattern):
            text = of_length(piece, LONGEST_BODY) + END
            with stopwatch() as watch, suppress(TooSlowError), at_most(2 * SECONDS_FOR_ONE_EXPRESSION):
                pattern.sub("", text)
            if watch.seconds > SECONDS_FOR_ONE_EXPRESSION:
                slow[place, piece] = watch.seconds
    assert slow == {}


def test_a_message_made_of_what_expressions_are_slow_at_is_read_at_once(
    measured: dict[tuple[str, str], float],
) -> None:
    pieces = {piece for (_, piece), seconds in measured.items() if seconds > SUSPICIOUS}
    slow = {}
    for piece in pieces:
        subject = " ".join(of_length(piece, 5000).split())
        raw = f"From: a <a@example.com>\nSubject: {subject}\n\n{of_length(piece, 100_000)}"
        with stopwatch() as watch:
            submission_from_message(raw.encode("utf-8", "replace"))
        if watch.seconds > SECONDS_FOR_A_LETTER:
            slow[piece] = watch.seconds
    assert slow == {}
