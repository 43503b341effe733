"""Policies: one paper's rules as frozen dataclasses, and the loader that reads them from a TOML file.

Of the rules engine it imports `findings`, `countries` and `enums` only. Start with `policy.Policy`;
`loading` parses and validates a file, `section_readers` turns its tables into the dataclasses of `sections`.
"""

from webapp.rules.policy.policy import Paper, Policy, policies_by_slug

__all__ = ["Paper", "Policy", "policies_by_slug"]
