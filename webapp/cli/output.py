"""What commands print, and the exit codes they end with."""

import sys
from collections.abc import Iterable, Iterator
from typing import NoReturn

import click

from webapp.rules.findings import Finding
from webapp.wording.findings import sentence

WRONG_SETTING = 2
"""The exit code of a command that can't start as it was asked to."""
RETURNED = 1
"""The exit code of a command that found letters which break the paper's rules, and nothing worse."""
UNREADABLE = 2
"""That of one which found what can't be read."""


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Give a line for each finding; a refusal is marked with a cross."""
    for finding in findings:
        yield f"  {'✗' if finding.is_refusal else '·'} {finding.code}: {sentence(finding)}"


def give_up(reason: str) -> NoReturn:
    """Print why the command can't go on to standard error, and exit with `WRONG_SETTING`."""
    click.echo(reason, err=True)
    sys.exit(WRONG_SETTING)
