"""Does the time to read a text grow with its length, or with its square? Repetitive texts of two lengths."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.stopwatch import stopwatch

GROWTH = 4
"""Times by which the longer text is longer."""
TOLERANCE = 2.0
"""Linear time grows by `GROWTH`, quadratic time by its square: the limit lies in the middle, at twice it."""
SECONDS_PER_CHARACTER = 1e-5
"""The longest time on a busy machine; on an idle one it is half of that, 0.5 s for 100,000 characters."""
UNNOTICED_SECONDS_PER_CHARACTER = 8e-7
"""Where 16,000 characters take no longer, 100,000 take less than 0.5 s, even if the time is quadratic."""
TRIES = 8
"""Measurements of which the shortest counts, where the first one was too long: other work only adds to it."""
JOINERS = ("", " ", "\n", "\n\n")


@dataclass(frozen=True, slots=True)
class Repetition:
    """A text of any length: a unit again and again.

    Attributes:
        unit: What is repeated.
        before: Stands once before it.
        after: Stands once after it.
        filler: Repeated before the unit, to half of the length; empty for none.
    """

    unit: str
    before: str = ""
    after: str = ""
    filler: str = ""

    def text(self, length: int) -> str:
        """Return the text with ``length`` characters of units."""
        filled = _repeated(self.filler, length // 2) if self.filler else ""
        return self.before + filled + _repeated(self.unit, length - len(filled)) + self.after

    def __str__(self) -> str:
        """The beginning of the text, for the message of a test that fails."""
        return repr(self.text(60))[:120]


def repetitions(fragments: Iterable[str], *, fillers: Iterable[str] = ()) -> Iterator[Repetition]:
    """Yield each fragment repeated, with each of `JOINERS` between two, and behind a text of each filler."""
    for fragment in fragments:
        for joiner in JOINERS:
            yield Repetition(fragment + joiner)
        for filler in fillers:
            yield Repetition(fragment, filler=filler)


def assert_linear(
    read: Callable[[str], object],
    patterns: Iterable[Repetition],
    *,
    length: int = 16_000,
    seconds_per_character: float = SECONDS_PER_CHARACTER,
) -> None:
    """Assert that the time to read each pattern grows with its length.

    It is measured at ``length`` characters, and only if that takes noticeably long at a quarter of it, too.

    Args:
        read: Reads a text; what it returns isn't looked at.
        patterns: The texts.
        length: Characters of the longer text.
        seconds_per_character: The longest time that is accepted.
    """
    # What is compiled and loaded at the first use isn't measured.
    read("Dear Editor,\n\nThe tram is slow.\n\nJane Lee")
    slow = [
        str(pattern) for pattern in patterns if not _is_linear(read, pattern, length, seconds_per_character)
    ]
    assert not slow, f"quadratic time, or too slow: {', '.join(slow)}"


def _is_linear(
    read: Callable[[str], object], pattern: Repetition, length: int, seconds_per_character: float
) -> bool:
    short, long = pattern.text(length // GROWTH), pattern.text(length)
    longer = _seconds(read, long)
    if longer <= UNNOTICED_SECONDS_PER_CHARACTER * len(long):
        return True
    shorter = _seconds(read, short)
    for _ in range(TRIES):
        if longer <= GROWTH * TOLERANCE * shorter and longer <= seconds_per_character * len(long):
            return True
        if longer > 1:
            # No chance makes it so slow, and measuring it again takes long.
            return False
        shorter, longer = min(shorter, _seconds(read, short)), min(longer, _seconds(read, long))
    return False


def _seconds(read: Callable[[str], object], text: str) -> float:
    with stopwatch() as watch:
        read(text)
    return watch.seconds


def _repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]
