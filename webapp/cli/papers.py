"""The papers that a command works for."""

import os
from collections.abc import Sequence

from webapp.cli.output import give_up
from webapp.installation.papers import read_policies
from webapp.rules.policy import Policy


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
