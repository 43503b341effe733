"""The papers that a command works for."""

import os
import sys
from collections.abc import Sequence
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


def chosen_or_give_up(policies: Sequence[Policy], slug: str | None) -> Policy:
    """Return the rules of the paper that ``slug`` names; where one alone is served, of that."""
    if slug is None and len(policies) == 1:
        return policies[0]
    chosen = next((policy for policy in policies if policy.paper.slug == slug), None)
    if chosen is None:
        slugs = ", ".join(policy.paper.slug for policy in policies)
        wrong = f"There is no paper “{slug}”" if slug else "Say which paper with --paper"
        give_up(f"{wrong}; served here: {slugs}.")
    return chosen
