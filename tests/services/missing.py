"""What a run of the tests had to leave out is said loudly, and in CI it is a failure."""

import os
from collections import Counter
from typing import NoReturn

import pytest

_LEFT_OUT = "LEFT OUT: "


def leave_out(what: str, remedy: str) -> NoReturn:
    """Skip the present test for want of `what`; in CI, where all must be there, fail it.

    `what` names the thing ("PostgreSQL"), `remedy` the way to get it.
    """
    if os.environ.get("CI", "").lower() not in {"", "false", "0"}:
        pytest.fail(f"{what} is missing, and CI may leave nothing out: {remedy}", pytrace=False)
    # The record is the reason itself: reports are all that comes back from xdist's workers.
    pytest.skip(f"{_LEFT_OUT}{what} (to get it: {remedy})")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name, at the end of the run, each thing that was left out and the way to get it."""
    left_out = Counter(
        reason for report in terminalreporter.getreports("skipped") if (reason := _reason(report.longrepr))
    )
    if not left_out:
        return
    terminalreporter.write_sep("!", "THIS RUN IS NOT COMPLETE", yellow=True, bold=True)
    for reason, tests in sorted(left_out.items()):
        terminalreporter.write_line(f"{reason}; tests left out: {tests}", yellow=True, bold=True)
    terminalreporter.write_sep("!", yellow=True, bold=True)


def _reason(longrepr: object) -> str:
    """Give what a skipped test's report says was left out, or nothing if it is another skip."""
    text = str(longrepr[-1]) if isinstance(longrepr, tuple | list) else ""
    _, _, reason = text.partition(_LEFT_OUT)
    return reason
