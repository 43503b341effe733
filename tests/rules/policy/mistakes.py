"""A sound policy to spoil, and what is told of it then."""

import pytest

from webapp.rules.policy.file import PolicyError, parse_policy

SOUND = """\
[paper]
slug = "courier"
title = "The Courier"
country = "GB"
time_zone = "Europe/London"
[words]
maximum = 300
"""
LINES = SOUND.count("\n")


def told(text: str) -> list[str]:
    """Return the mistakes in ``text`` as they are told, without the file's name."""
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "courier.toml")
    said = list(refused.value.lines())
    assert all(line.startswith("courier.toml:") for line in said)
    return [line.removeprefix("courier.toml:") for line in said]


def told_of(addition: str) -> list[str]:
    """Return the mistakes in ``addition`` to a sound policy; its first line is line 1."""
    said = told(SOUND + addition)
    numbered = [line.partition(":") for line in said]
    return [f"{int(number) - LINES}:{rest}" for number, _, rest in numbered]
