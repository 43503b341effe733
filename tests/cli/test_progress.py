"""Progress of long commands: what a terminal shows, that other programs get none of it, and Ctrl+C."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.import_files import mail, run_import, stored_letters
from tests.installation.server import COMMAND
from tests.samples import KEYS
from webapp.cli import progress
from webapp.cli.progress import STOPPING_SIGNALS, ProgressDisplay, stoppable
from webapp.store.progress import Stage

MAILS = 150
"""So many that importing them takes more than a second."""
PIECE = 65536


class Terminal(io.StringIO):
    """What a terminal is sent."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands; its only element is the time."""
    times = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: times[0])
    return times


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The terminal at standard error, 80 columns wide."""
    monkeypatch.setenv("COLUMNS", "80")
    made = Terminal()
    # Not `sys.stderr` itself, which pytest sets anew between a fixture and the test.
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=made, stdout=sys.stdout))
    return made


def test_steps_pace_and_the_time_that_is_left_are_shown(terminal: Terminal, clock: list[float]) -> None:
    with ProgressDisplay() as display:
        display(Stage.RESEALING, 0, 20_000)
        clock[0] += 4
        display(Stage.RESEALING, 5_000, 20_000)
        shown = terminal.getvalue()
        assert "Resealing" in shown
        assert "25%  5,000 of 20,000 rows, 1,250 a second, 12 s left" in shown
        clock[0] += 12
        display(Stage.RESEALING, 20_000, 20_000)
    assert "100%  20,000 of 20,000 rows, 1,250 a second\x1b[?25h\n" in terminal.getvalue()


@pytest.mark.parametrize(
    ("done", "left"), [(1_000, "59 s"), (983, "1 min 0 s"), (100, "9 min 50 s"), (1, "16 h 23 min")]
)
def test_the_time_that_is_left_is_said_in_usual_units(
    terminal: Terminal, clock: list[float], done: int, left: str
) -> None:
    with ProgressDisplay() as display:
        display(Stage.PURGING, 0, 60_000)
        clock[0] += 1
        display(Stage.PURGING, done, {1_000: 60_000, 983: 59_963, 100: 59_100, 1: 59_001}[done])
        assert f"{left} left" in terminal.getvalue()


def test_letters_in_files_have_the_pace_of_letters(terminal: Terminal, clock: list[float]) -> None:
    with ProgressDisplay() as display:
        on_read = display.counter(Stage.READING, lambda: 8_000_000)
        on_read(0)
        for _ in range(2):
            clock[0] += 1
            on_read(1_000_000)
        assert "25%  2 of 8 MB, 1.5 letters a second, 6 s left" in terminal.getvalue()


def test_without_a_known_end_only_what_is_done_and_the_pace_are_shown(
    terminal: Terminal, clock: list[float]
) -> None:
    with ProgressDisplay() as display:
        display(Stage.SEARCHING, 0, 0)
        clock[0] += 2
        display(Stage.SEARCHING, 50, 0)
    assert "50 letters, 25 a second" in terminal.getvalue()
    assert "left" not in terminal.getvalue()
    assert "%" not in terminal.getvalue()


def test_each_stage_has_a_line_of_its_own(terminal: Terminal, clock: list[float]) -> None:
    with ProgressDisplay() as display:
        for stage in (Stage.VERIFYING_BACKUP, Stage.RESTORING):
            display(stage, 0, 10)
            clock[0] += 1
            display(stage, 10, 10)
    assert [line.rpartition("\r")[2].partition("  ")[0] for line in terminal.getvalue().split("\n")[:-1]] == [
        "\x1b[?25lChecking the backup",
        "\x1b[?25lRestoring",
    ]


def test_every_stage_has_its_words(terminal: Terminal, clock: list[float]) -> None:
    with ProgressDisplay() as display:
        for stage in Stage:
            display(stage, 0, 10)
            clock[0] += 1
            display(stage, 10, 10)
    assert terminal.getvalue().count("\n") == len(Stage)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
def test_no_line_is_longer_than_the_terminal_is_wide(
    terminal: Terminal, clock: list[float], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    with ProgressDisplay() as display:
        for done in range(0, 1_000_000, 100_000):
            display(Stage.RESTORING, done, 1_234_567)
            clock[0] += 30
    drawn = terminal.getvalue().replace("\x1b[?25l", "").replace("\x1b[?25h", "")
    assert max(map(len, drawn.replace("\n", "\r").split("\r"))) <= columns


def test_short_work_shows_nothing(terminal: Terminal, clock: list[float]) -> None:
    with ProgressDisplay() as display:
        for done in range(5):
            display(Stage.BACKING_UP, done, 4)
            clock[0] += 0.1
    assert terminal.getvalue() == ""


def test_nothing_is_shown_where_there_is_no_terminal(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with ProgressDisplay() as display:
        on_read = display.counter(Stage.READING, lambda: pytest.fail("no size is asked for"))
        for _ in range(3):
            display(Stage.BACKING_UP, 1, 4)
            on_read(1)
            clock[0] += 10
        display.print_line("a line")
    assert capsys.readouterr() == ("a line\n", "")


def test_a_line_on_the_same_terminal_stands_above_the_bar(
    terminal: Terminal, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=terminal, stdout=terminal))
    with ProgressDisplay() as display:
        display(Stage.READING_ROWS, 0, 10)
        clock[0] += 1
        display(Stage.READING_ROWS, 1, 10)
        display.print_line("letters.csv:2: stored")
        display(Stage.READING_ROWS, 2, 10)
    _, _, after_bar = terminal.getvalue().partition(f"{progress.CLEAR_LINE}letters.csv:2: stored\n")
    assert "2 of 10 rows" in after_bar


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_a_command_it_says_how_to_go_on(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = [signal.getsignal(each) for each in STOPPING_SIGNALS]
    with pytest.raises(SystemExit) as ended, stoppable(lambda: "Stopped. Run this once more."):
        signal.raise_signal(number)
    assert ended.value.code == 2
    assert capsys.readouterr().err == "Stopped. Run this once more.\n"
    assert [signal.getsignal(each) for each in STOPPING_SIGNALS] == handlers


def test_an_import_on_a_terminal_is_stopped_and_completed(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = empty_folder / "mails"
    folder.mkdir()
    for number in range(MAILS):
        (folder / f"{number:03}.eml").write_bytes(mail(number))
    with started_on_terminal("import", "mail", "mails", "--json") as (process, screen):
        shown = read_until(screen, b"letters a second")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
        shown += read_until(screen, None)
    assert process.returncode == 2
    assert b" left" in shown
    assert b"run this once more for the rest" in shown
    reported = [json.loads(line)["outcome"] for line in output.splitlines()]
    assert reported == ["stored"] * len(reported)
    assert 0 < len(reported) < MAILS
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    again = run_import("mail", "mails")
    assert again.exit_code == 0
    # Stopped after a letter was stored and before it was reported, one more is there.
    assert again.stderr in {
        f"{MAILS - here} stored, {here} already here.\n" for here in (len(reported), len(reported) + 1)
    }
    assert len(stored_letters()) == MAILS


def environment() -> dict[str, str]:
    return {**os.environ, **KEYS, "COLUMNS": "100"}


@contextmanager
def started_on_terminal(*arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the command with a pseudo-terminal as standard error, which can be read from the descriptor."""
    screen, standard_error = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *arguments], stdout=subprocess.PIPE, stderr=standard_error, env=environment()
    ) as process:
        os.close(standard_error)
        try:
            yield process, screen
        finally:
            process.kill()
            os.close(screen)


def read_until(screen: int, awaited: bytes | None) -> bytes:
    """Return what is shown until ``awaited`` is; with None until nobody has the terminal open any more."""
    shown = b""
    with suppress(OSError):
        while awaited is None or awaited not in shown:
            shown += os.read(screen, PIECE)
    return shown
