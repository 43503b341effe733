"""One paper's rules as data: the values of a policy, and reading a policy file.

It imports `findings`, `countries` and `states` of the rules, and nothing else. Begin with `policy.Policy`;
`file` reads a TOML file, `reading` turns its tables into the dataclasses of `sections`.
"""

from webapp.rules.policy.policy import Paper, Policy

__all__ = ["Paper", "Policy"]
