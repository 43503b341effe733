"""Keyboard mashing: how many repetitions, and how many neighbouring keys, make a text that is no name."""

import pytest

from webapp.rules.placeholders import is_name_placeholder


@pytest.mark.parametrize(
    ("name", "mashing"),
    [
        ("Oo", "Ooo"),
        ("金金金", "金金金金"),
        ("Zizizi", "Zizizizi"),
        ("Bonbon", "Bonbonbon"),
        ("Trew", "Trewq"),
        ("Trewq Rew", "Trewq Trew"),
    ],
)
def test_a_name_becomes_mashing_with_one_more_repetition_or_key(name: str, mashing: str) -> None:
    assert (is_name_placeholder(name), is_name_placeholder(mashing)) == (False, True)
