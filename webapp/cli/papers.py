"""The papers for a command that only judges, and so needs no other setting."""

import os
import sys
from typing import NoReturn

import click

from webapp.policies import read_policies
from webapp.rules.policy import Policy

WRONG_SETTING = 2
"""The exit code of a command that can't start as it was asked to."""


def give_up(sentence: str) -> NoReturn:
    """Say why the command can't go on, and end it."""
    click.echo(sentence, err=True)
    sys.exit(WRONG_SETTING)


def policies_or_give_up() -> tuple[Policy, ...]:
    """Return the papers of the environment; a command that only judges needs nothing else."""
    wrong: list[str] = []
    policies = read_policies(os.environ, wrong)
    if wrong:
        give_up("\n".join(wrong))
    return policies
