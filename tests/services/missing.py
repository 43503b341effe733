"""Missing services (PostgreSQL, Redis, browser): tests are skipped and listed at the end; in CI they fail."""

import os
from collections import Counter
from typing import NoReturn

import pytest

_LEFT_OUT = "LEFT OUT: "


def skip_or_fail(what: str, remedy: str) -> NoReturn:
    """Skip the present test because a service is missing; where the variable CI is set, fail it.

    Args:
        what: The name of the service, such as "PostgreSQL".
        remedy: How to install it.
    """
    if os.environ.get("CI", "").lower() not in {"", "false", "0"}:
        pytest.fail(f"{what} is missing, and CI may leave nothing out: {remedy}", pytrace=False)
    # The summary finds this prefix in the reports, which are all that xdist's workers send back.
    pytest.skip(f"{_LEFT_OUT}{what} (to get it: {remedy})")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print, at the end of the run, each missing service, how to install it, and the number of skips."""
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
    """Return the missing service from a skipped test's report; empty for another kind of skip."""
    text = str(longrepr[-1]) if isinstance(longrepr, tuple | list) else ""
    _, _, reason = text.partition(_LEFT_OUT)
    return reason
