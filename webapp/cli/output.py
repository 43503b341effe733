"""Exit codes of the commands, lines for findings, and ending a command with a message."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

import click

from webapp.rules.findings import Finding
from webapp.rules.policy.sections.questions import Question
from webapp.wording.findings import sentence

EXIT_RETURNED = 1
"""Exit code: letters break the paper's rules; everything could be read."""
EXIT_UNREADABLE = 2
"""Exit code: a letter, file or row couldn't be read, or an import ended early."""
EXIT_GAVE_UP = 2
"""Exit code: the command couldn't do what it was asked, for example because of a wrong setting."""


def finding_lines(findings: Iterable[Finding], questions: Sequence[Question] = ()) -> Iterator[str]:
    """Yield an indented line with code and sentence for each finding; refusals are marked ✗, advisories ·.

    Findings on answers name the titles of the paper's ``questions``, or their keys without these.
    """
    for finding in findings:
        yield f"  {'✗' if finding.is_refusal else '·'} {finding.code}: {sentence(finding, questions)}"


def counted(number: int, singular: str) -> str:
    """Return a number with its noun, whose plural has an s: “1 letter”, “2 letters”."""
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def give_up(reason: str) -> NoReturn:
    """Print the reason to standard error and exit with `EXIT_GAVE_UP`."""
    click.echo(reason, err=True)
    sys.exit(EXIT_GAVE_UP)
