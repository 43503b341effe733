"""Helpers: a valid policy file, and the mistakes reported for a changed one."""

import pytest

from webapp.rules.policy.loading import PolicyError, parse_policy

VALID_POLICY = """\
[paper]
slug = "courier"
title = "The Courier"
country = "GB"
time_zone = "Europe/London"
[words]
maximum = 300
"""
VALID_POLICY_LINES = VALID_POLICY.count("\n")


def mistakes_in(text: str) -> list[str]:
    """Return the mistakes reported for the policy ``text``, without the file name."""
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "courier.toml")
    reported = list(refused.value.lines())
    assert all(line.startswith("courier.toml:") for line in reported)
    return [line.removeprefix("courier.toml:") for line in reported]


def mistakes_in_addition(addition: str) -> list[str]:
    """Return the mistakes reported for `VALID_POLICY` plus ``addition``; its first line is line 1."""
    reported = mistakes_in(VALID_POLICY + addition)
    numbered = [line.partition(":") for line in reported]
    return [f"{int(number) - VALID_POLICY_LINES}:{rest}" for number, _, rest in numbered]
