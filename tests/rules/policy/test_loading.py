"""Loading policy files: valid files and folders, and the errors reported for invalid ones."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from webapp.installation.papers import BUNDLED_PAPERS
from webapp.rules.enums import Requirement
from webapp.rules.policy.loading import PolicyError, load_policies, parse_policy

MINIMAL = """\
[paper]
slug = "courier"
title = "The Courier"
country = "GB"
time_zone = "Europe/London"

[words]
maximum = 300
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "courier.toml")
    return list(refused.value.lines())


def test_the_bundled_paper_asks_what_it_prints() -> None:
    (herald,) = load_policies(BUNDLED_PAPERS)
    assert herald.length.maximum == 400
    assert herald.particulars.address is Requirement.REQUIRED
    assert herald.particulars.phone is Requirement.REQUIRED


def test_a_policy_needs_little() -> None:
    policy = parse_policy(MINIMAL)
    assert policy.paper.title == "The Courier"
    assert policy.length.maximum == 300
    assert policy.paper.language == "en"


def test_every_mistake_is_named_with_its_line_and_the_way_out() -> None:
    text = """\
[paper]
slug = "The Courier"
title = 3
contry = "GB"
time_zone = "Mars/Olympus"

[words]
maximum = "300"

[particulars]
phone = "maybe"

[categories.reply]
maximum = 10
minimum = 20
"""
    assert mistakes(text) == [
        "courier.toml:1: paper: “country” is missing",
        "courier.toml:2: paper.slug: has to be small letters, digits and single hyphens, not “The Courier”",
        "courier.toml:3: paper.title: has to be a text in quotes that isn't empty, not 3",
        "courier.toml:4: paper.contry: is not a key that a policy has; did you mean “country”?",
        "courier.toml:5: paper.time_zone: has to be a name like “Europe/London”, not “Mars/Olympus”",
        "courier.toml:8: words.maximum: has to be a whole number from 1 to 5000, not “300”",
        "courier.toml:11: particulars.phone: has to be “required”, “optional” or “off”, not “maybe”",
        "courier.toml:13: categories.reply: “title” is missing",
        "courier.toml:15: categories.reply.minimum: is 20, more than the maximum of 10",
    ]


def test_what_is_not_toml_is_told_with_its_line() -> None:
    assert mistakes("[paper]\nslug = \n") == ["courier.toml:2: this is not TOML: Invalid value"]


def test_a_slug_that_is_an_address_of_the_product_is_refused() -> None:
    assert mistakes(MINIMAL.replace('"courier"', '"desk"')) == [
        "courier.toml:2: paper.slug: “desk” is an address that Letters Desk uses itself"
    ]


def test_a_folder_of_papers_is_in_the_order_of_their_titles(tmp_path: Path) -> None:
    (tmp_path / "1.toml").write_text(MINIMAL, encoding="utf-8")
    other = MINIMAL.replace("courier", "argus").replace("Courier", "Argus")
    (tmp_path / "2.toml").write_text(other, encoding="utf-8")
    assert [policy.paper.slug for policy in load_policies(tmp_path)] == ["argus", "courier"]


def test_two_papers_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("1.toml", "2.toml"):
        (tmp_path / name).write_text(MINIMAL, encoding="utf-8")
    with pytest.raises(PolicyError, match="has the slug “courier” too"):
        load_policies(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no policy file"):
        load_policies(tmp_path)


@given(st.text())
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text)
