"""Showing on a terminal how far long work is, its pace and what is left; ending it on Ctrl+C with a sentence.

The bar is on standard error, and only if that is a terminal: output for other programs has none of it.
"""

import itertools
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

import click

from webapp.cli.output import give_up
from webapp.store.progress import Stage

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SECONDS_BEFORE_BAR = 0.5
"""Work that is done sooner shows no bar."""
SECONDS_BETWEEN_DRAWS = 0.1
_COLUMNS_OF_BAR = 14
"""Columns of the smallest bar with its brackets, the percentage and the spaces around them."""
CLEAR_LINE = "\r\033[K"
STOPPING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""They end a command as Ctrl+C does: a service manager, a timer or a closed terminal sends them."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What the steps of a stage are: a name, and how many steps are one of it.

    The pace is in these units, or where each report is one letter, in letters.
    """

    name: str
    steps: int = 1
    reports_are_letters: bool = False


_ROWS, _LETTERS, _MEGABYTES = _Unit("rows"), _Unit("letters"), _Unit("MB", 1_000_000)
_STAGES = {
    Stage.MIGRATING: ("Migrating", _Unit("steps")),
    Stage.BACKING_UP: ("Backing up", _ROWS),
    Stage.VERIFYING_BACKUP: ("Checking the backup", _MEGABYTES),
    Stage.RESTORING: ("Restoring", _ROWS),
    Stage.INDEXING: ("Indexing", _LETTERS),
    Stage.RESEALING: ("Resealing", _ROWS),
    Stage.PURGING: ("Purging", _LETTERS),
    Stage.COMPARING: ("Comparing", _LETTERS),
    Stage.SEARCHING: ("Searching", _LETTERS),
    Stage.READING: ("Reading", _Unit("MB", 1_000_000, reports_are_letters=True)),
    Stage.READING_ROWS: ("Reading", _ROWS),
}
"""How each stage is called, and what is counted in it."""


class ProgressDisplay:
    """Shows the progress that it is called with; a context manager, at whose end the bar is finished.

    Without a terminal at standard error it shows nothing.
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        self._is_shown = is_terminal()
        self._bar: ProgressBar[Any] | None = None
        self._stage: Stage | None = None
        self._began_at = self._drawn_at = 0.0
        self._reports = 0

    def __enter__(self) -> Self:
        """Return the display itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar as it is, on a line of its own."""
        self._finish()

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """Show that so many steps of a stage are done, of ``total`` (0: unknown)."""
        if not self._is_shown:
            return
        now = time.monotonic()
        if stage is not self._stage:
            self._finish()
            self._stage, self._began_at, self._reports = stage, now, 0
        self._reports += 1
        is_due = now - self._drawn_at >= SECONDS_BETWEEN_DRAWS or done == total
        if self._bar is None:
            if now - self._began_at < SECONDS_BEFORE_BAR:
                return
            self._bar = self._new_bar(total)
        elif not is_due:
            return
        self._drawn_at = now
        self._bar.length = total or None
        self._bar.update(done - self._bar.pos, done)

    def counter(self, stage: Stage, total: Callable[[], int]) -> Callable[[int], None]:
        """Return a function that adds to the steps done of a stage; ``total`` is called if that is shown."""
        if not self._is_shown:
            return lambda _: None
        done, steps = 0, total()

        def add(number: int) -> None:
            nonlocal done
            done += number
            self(stage, done, steps)

        return add

    def print_line(self, line: str, *, err: bool = False) -> None:
        """Print a line to standard output or error; a bar on the same terminal is drawn anew below it."""
        is_in_the_way = self._bar is not None and (err or sys.stdout.isatty())
        if is_in_the_way:
            click.echo(CLEAR_LINE, file=sys.stderr, nl=False)
        click.echo(line, file=sys.stderr if err else sys.stdout)
        if is_in_the_way:
            # The next call draws it, as soon as it may.
            self._drawn_at = 0.0

    def _new_bar(self, total: int) -> "ProgressBar[Any]":
        label, unit = _STAGES[self._stage or Stage.READING]
        bar: ProgressBar[Any] = click.progressbar(
            # Nothing is taken from it: it is for click, which wants one where there is no length.
            itertools.count(),
            length=total or None,
            label=label,
            file=sys.stderr,
            show_eta=False,
            show_percent=bool(total),
            # As wide as the terminal leaves room for.
            width=0,
            item_show_func=lambda _: self._numbers(unit),
        )
        return bar

    def _numbers(self, unit: _Unit) -> str:
        """Return steps done and all, the pace since the beginning, and the time that is left."""
        if self._bar is None:
            return ""
        done, total = self._bar.pos, self._bar.length
        elapsed = time.monotonic() - self._began_at
        shown = _number(done / unit.steps)
        whole = _number(total / unit.steps) if total else shown
        parts = [f"{shown} of {_with_noun(whole, unit.name)}" if total else _with_noun(shown, unit.name)]
        if done and elapsed and unit.reports_are_letters:
            parts.append(f"{_with_noun(_number(self._reports / elapsed), _LETTERS.name)} a second")
        elif done and elapsed:
            parts.append(f"{_number(done / unit.steps / elapsed)} a second")
        if done and total and done < total:
            parts.append(f"{_duration(elapsed * (total - done) / done)} left")
        # A line that is too long would not be drawn over, but again and again below itself.
        room = shutil.get_terminal_size().columns - len(self._bar.label) - _COLUMNS_OF_BAR
        return ", ".join(parts)[: max(room, 0)]

    def _finish(self) -> None:
        if self._bar is not None:
            self._bar.render_progress()
            self._bar.render_finish()
        self._bar = self._stage = None


def is_terminal() -> bool:
    """Tell whether standard error is a terminal."""
    return sys.stderr.isatty()


@contextmanager
def stoppable(sentence: Callable[[], str]) -> Iterator[None]:
    """Let Ctrl+C, SIGTERM and SIGHUP end the block; then print what ``sentence`` returns, and exit with 2.

    The block is left by a `KeyboardInterrupt`, by which open transactions are rolled back. The sentence says
    what is done and how to go on. Only the main thread may use this.
    """
    try:
        with stopping_signals():
            yield
    except KeyboardInterrupt:
        give_up(sentence())


@contextmanager
def stopping_signals() -> Iterator[None]:
    """Raise `KeyboardInterrupt` in the block at SIGTERM and SIGHUP, as Ctrl+C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    earlier = {number: signal.signal(number, stop) for number in STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _number(value: float) -> str:
    """Return a number with one decimal below 10 where it has any, and with separators of thousands."""
    return f"{value:,.1f}" if value < 10 and value != int(value) else f"{value:,.0f}"  # noqa: PLR2004 -- see the docstring


def _with_noun(number: str, plural: str) -> str:
    """Return a number as `_number` writes it with its noun, whose plural has an s unless it is a unit."""
    return f"{number} {plural.removesuffix('s') if number == '1' else plural}"


def _duration(seconds: float) -> str:
    """Return a duration in seconds, minutes or hours."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 -- a minute
        return f"{whole} s"
    minutes, whole = divmod(whole, 60)
    return f"{minutes} min {whole} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004 -- an hour
