"""Commands `check` (verdicts on letters in files) and `count` (length of a text); they use no database.

`check` reads the policies that LETTERSDESK_PAPERS names and no other setting; the writer's earlier letters
don't count.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from webapp.cli.output import EXIT_RETURNED, EXIT_UNREADABLE, finding_lines, give_up
from webapp.cli.paper_choice import chosen_or_give_up, policies_or_give_up
from webapp.cli.progress import ProgressDisplay, stoppable
from webapp.cli.submission_files import NamedSubmission, read_submissions, size_of_submissions
from webapp.installation.clock import today_at
from webapp.installation.disposable_domains import disposable_domains
from webapp.mailbox.mail_files import Unreadable
from webapp.rules.check import Verdict, check as judge
from webapp.rules.lengths import measure
from webapp.rules.policy import Policy
from webapp.rules.policy.limits import MAX_LINE_LENGTH
from webapp.rules.policy.sections.length import (
    DEFAULT_LINE_LENGTH,
    MIN_LINE_LENGTH,
    LengthLimits,
    LengthUnit,
)
from webapp.store.progress import Stage
from webapp.wording.lengths import quantity
from webapp.wording.verdict_json import verdict_as_dict

STOPPED = "Stopped. What stands above is judged, and nothing after it."


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default=Path("-"))
@click.option(
    "--unit",
    type=click.Choice([unit.value for unit in LengthUnit]),
    default=LengthUnit.WORDS.value,
    help="What to count; words by default.",
)
@click.option(
    "--line-length",
    type=click.IntRange(MIN_LINE_LENGTH, MAX_LINE_LENGTH),
    default=DEFAULT_LINE_LENGTH,
    show_default=True,
    help="Characters in a line, where lines are counted.",
)
def count(file: Path, unit: str, line_length: int) -> None:
    """Print the number of words in FILE, or in standard input; or of characters, or of lines."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        give_up(f"{file}: {error.strerror}")
    limits = LengthLimits(unit=LengthUnit(unit), line_length=line_length)
    click.echo(measure(raw.decode("utf-8", errors="replace"), limits).actual)


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--paper", help="The slug of the paper, where several are served.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def check(files: tuple[Path, ...], paper: str | None, *, as_json: bool) -> None:
    """Judge the letters in FILES: e-mail messages, JSON, or plain text; - is standard input.

    An mbox file and a folder of mails have many.

    Exits with 0 where all are accepted, 1 where some are returned, 2 where something can't be read.
    """
    policy = chosen_or_give_up(policies_or_give_up(), paper)
    today = today_at(policy.paper.time_zone)
    domains = disposable_domains()
    exit_code = 0
    with stoppable(lambda: STOPPED), ProgressDisplay() as progress:
        on_read = progress.counter(Stage.READING, lambda: size_of_submissions(files))
        for source in (source for file in files for source in read_submissions(file, on_read=on_read)):
            if not isinstance(source, NamedSubmission):
                progress.print_line(str(source), err=True)
                if isinstance(source, Unreadable) or source.may_be_letter:
                    exit_code = EXIT_UNREADABLE
                continue
            verdict = judge(source.submission, policy, today, disposable_domains=domains)
            for line in _verdict_lines(source.name, verdict, policy, as_json=as_json):
                progress.print_line(line)
            exit_code = max(exit_code, 0 if verdict.accepted else EXIT_RETURNED)
    sys.exit(exit_code)


def _verdict_lines(source: str, verdict: Verdict, policy: Policy, *, as_json: bool) -> Iterator[str]:
    if as_json:
        yield json.dumps({"source": source, **verdict_as_dict(verdict, policy.questions)}, ensure_ascii=False)
        return
    outcome = "accepted" if verdict.accepted else "returned"
    yield f"{source}: {outcome}, {quantity(verdict.length.actual, verdict.length.unit)}"
    yield from finding_lines(verdict.findings, policy.questions)
