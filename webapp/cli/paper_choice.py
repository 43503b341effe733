"""Reading the policies without other settings, and choosing the paper of a command, or exiting with 2."""

import os
from collections.abc import Sequence

from webapp.cli.output import give_up
from webapp.installation.papers import read_policies
from webapp.installation.setting_names import unknown_setting_errors
from webapp.rules.policy import Policy


def policies_or_give_up() -> tuple[Policy, ...]:
    """Return the policies that LETTERSDESK_PAPERS names, or exit with the errors; read no other setting.

    Where it isn't set, they are those of the bundled sample papers.
    """
    give_up_if_setting_unknown()
    errors: list[str] = []
    policies = read_policies(os.environ, errors)
    if errors:
        give_up("\n".join(errors))
    return policies


def give_up_if_setting_unknown() -> None:
    """Exit with the names of environment variables that look like settings and are none; else return."""
    if errors := unknown_setting_errors(os.environ):
        give_up("\n".join(errors))


def chosen_or_give_up(policies: Sequence[Policy], slug: str | None) -> Policy:
    """Return the policy of the paper that ``slug`` names, or with None that of the only one, or exit."""
    if slug is None and len(policies) == 1:
        return policies[0]
    chosen = next((policy for policy in policies if slug in policy.paper.slugs), None)
    if chosen is None:
        slugs = ", ".join(policy.paper.slug for policy in policies)
        reason = f"There is no paper “{slug}”" if slug else "Say which paper with --paper"
        give_up(f"{reason}; served here: {slugs}.")
    return chosen
