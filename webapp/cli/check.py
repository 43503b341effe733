"""Commands that judge letters, texts and policies, without a store."""

import json
import sys
from pathlib import Path

import click

from webapp.cli.output import RETURNED, UNREADABLE, finding_lines, give_up
from webapp.cli.papers import chosen_or_give_up, policies_or_give_up
from webapp.cli.submission_files import Source, read_sources
from webapp.installation.clock import today_at
from webapp.mailbox.files import Unreadable
from webapp.rules.check import Verdict, check as judge
from webapp.rules.policy.file import PolicyError, load_policy
from webapp.rules.words import count_words
from webapp.wording.verdict_json import verdict_as_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default=Path("-"))
def count(file: Path) -> None:
    """Print the number of words in FILE, or in standard input."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        give_up(f"{file}: {error.strerror}")
    click.echo(count_words(raw.decode("utf-8", errors="replace")))


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
    worst = 0
    for file in files:
        for source in read_sources(file):
            if isinstance(source, Unreadable):
                click.echo(str(source), err=True)
                worst = UNREADABLE
                continue
            verdict = judge(source.submission, policy, today)
            _report(source, verdict, as_json=as_json)
            worst = max(worst, 0 if verdict.accepted else RETURNED)
    sys.exit(worst)


@click.group()
def paper() -> None:
    """Look after the papers' policies."""


@paper.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check_paper(file: Path) -> None:
    """Validate the policy in FILE, naming each mistake with its line."""
    try:
        policy = load_policy(file)
    except PolicyError as error:
        for line in error.lines():
            click.echo(line, err=True)
        sys.exit(1)
    click.echo(f"{file}: the policy of {policy.paper.title} is sound.")


def _report(source: Source, verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"source": source.name, **verdict_as_json(verdict)}, ensure_ascii=False))
        return
    outcome = "accepted" if verdict.accepted else "returned"
    click.echo(f"{source.name}: {outcome}, {verdict.word_count} words")
    for line in finding_lines(verdict.findings):
        click.echo(line)
