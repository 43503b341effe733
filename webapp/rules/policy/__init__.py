"""Policies: one paper's rules as frozen dataclasses, and the loader that reads them from a TOML file.

Of the rules engine it imports `findings`, `countries` and `enums` only. Start with `policy.Policy`;
`loading` parses and validates a file, `reading` turns its tables into a policy by the readers of `sections`.
"""

from webapp.rules.policy.policy import Policy, policies_by_slug
from webapp.rules.policy.sections.paper import Paper

__all__ = ["Paper", "Policy", "policies_by_slug"]
