"""Regular expressions against catastrophic backtracking (ReDoS): bounded time for hostile texts."""

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
from webapp.rules.letter_text import MAX_BODY_LENGTH

END = "\0!"
"""An end that makes nearly every match fail."""
SHORT = 400
"""Characters of a short text; exponential or cubic backtracking is far too slow for it."""
SECONDS_FOR_SHORT = 0.15
SUSPICIOUS = 0.0008
"""Seconds for a short text; from this on its piece is tried on the whole check with a text of full length."""
SECONDS_FOR_A_LETTER = 1.0
SECONDS_FOR_ONE_EXPRESSION = 0.25
TAKES_ALL = dataclasses.replace(HERALD, length=dataclasses.replace(HERALD.length, maximum=MAX_BODY_LENGTH))
"""A policy without a low word limit, so that the whole text is checked."""
TEXT_FIELDS = [
    field.name
    for field in dataclasses.fields(letter())
    if isinstance(getattr(letter(), field.name), str) and field.name != "body"
]


def repeated(piece: str, length: int) -> str:
    """Return the piece repeated to ``length`` characters."""
    return (piece * (length // len(piece) + 1))[:length]


class TooSlowError(Exception):
    """The match took longer than allowed."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` in a block that takes more CPU time of this process."""

    def interrupt(*_: object) -> None:
        raise TooSlowError

    previous_handler = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous_handler)


def seconds_for(pattern: re.Pattern[Any], piece: str) -> float:
    text: Any = repeated(piece, SHORT) + END
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
    """The seconds for each expression with each of its hostile pieces, repeated to a short text."""
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
        body = repeated(piece, MAX_BODY_LENGTH - 1) + "!"
        lines = repeated(f"{repeated(piece, 78)}\n", MAX_BODY_LENGTH - 1) + "!"
        for fields in ({"body": body}, {"body": lines}, dict.fromkeys(TEXT_FIELDS, body)):
            with stopwatch() as watch:
                check(letter(**fields), TAKES_ALL, TODAY)
            if watch.seconds > SECONDS_FOR_A_LETTER:
                slow[piece, next(iter(fields))] = watch.seconds
    assert slow == {}


def test_what_is_shown_of_a_letter_or_sent_is_made_at_once() -> None:
    """Expressions outside rules and mailbox: those two are measured as a whole in the other tests."""
    slow = {}
    for place, pattern in product_patterns().items():
        if isinstance(pattern.pattern, bytes) or place.startswith(("webapp/rules/", "webapp/mailbox/")):
            continue
        for piece in hostile_pieces(pattern):
            text = repeated(piece, MAX_BODY_LENGTH) + END
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
        subject = " ".join(repeated(piece, 5000).split())
        raw = f"From: a <a@example.com>\nSubject: {subject}\n\n{repeated(piece, 100_000)}"
        with stopwatch() as watch:
            submission_from_message(raw.encode("utf-8", "replace"))
        if watch.seconds > SECONDS_FOR_A_LETTER:
            slow[piece] = watch.seconds
    assert slow == {}
