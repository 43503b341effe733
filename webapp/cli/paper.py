"""Commands `paper new` (writes a starter policy) and `paper check` (validates a policy file)."""

import re
import sys
from pathlib import Path

import click

from webapp.cli.output import give_up
from webapp.installation.papers import starter_policy
from webapp.rules.policy.loading import PolicyError, load_policy

_NO_SLUG = re.compile(r"[^a-z0-9]+")


@click.group()
def paper() -> None:
    """Look after the papers' policies."""


@paper.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def new_paper(file: Path) -> None:
    """Write a policy to begin with to FILE, valid as it is, with a comment on each key.

    The paper gets its slug and title from the name of the file; change them in it.
    """
    slug = _NO_SLUG.sub("-", file.stem.lower()).strip("-")
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(starter_policy(slug))
    except FileExistsError:
        give_up(f"{file} is there already and is not written over.")
    except OSError as error:
        give_up(f"{file} can’t be written: {error.strerror}.")
    click.echo(f"{file} is a policy to begin with. Change it, and then run: lettersdesk paper check {file}")


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
