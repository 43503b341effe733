"""`lettersdesk api-key`: create, list and revoke API keys."""

import re

import pytest
from click.testing import CliRunner, Result

from webapp.accounts.api_keys import PREFIX
from webapp.cli import main

pytestmark = pytest.mark.usefixtures("empty_folder")


def api_key(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["api-key", *arguments])


def listed() -> list[list[str]]:
    return [line.split("\t") for line in api_key("list").output.splitlines()]


def test_a_key_is_shown_once_and_stands_alone_on_its_line() -> None:
    result = api_key("add", "The web site")
    assert result.exit_code == 0
    assert re.fullmatch(re.escape(PREFIX) + r"[A-Za-z0-9_-]{43}\n", result.stdout)
    assert "can’t be shown again" in result.stderr
    assert result.stdout.strip() not in api_key("list").output


def test_keys_are_listed() -> None:
    api_key("add", "The web site", "--paper", "harbour-herald")
    api_key("add", "The app")
    assert [[*each[:4], each[5]] for each in listed()] == [
        ["1", "works", "The web site", "harbour-herald", "never used"],
        ["2", "works", "The app", "all papers", "never used"],
    ]
    assert all(re.fullmatch(r"made \d{4}-\d\d-\d\d \d\d:\d\d UTC", each[4]) for each in listed())


def test_a_key_is_ended_by_its_number_and_stays_in_the_list() -> None:
    api_key("add", "The web site")
    assert api_key("end", "1").output == "The key of The web site opens nothing any more.\n"
    assert [(each[0], each[1][:5], each[2]) for each in listed()] == [("1", "ended", "The web site")]
    again = api_key("end", "1")
    assert (again.exit_code, again.output) == (
        2,
        "There is no key number 1 that works; see “lettersdesk api-key list”.\n",
    )


def test_no_key_is_made_without_a_name_or_for_a_paper_that_is_not_served() -> None:
    nameless = api_key("add", " ")
    assert nameless.exit_code == 2
    assert nameless.output.endswith("A key needs a name of 1 to 100 characters, which says who holds it.\n")
    strange = api_key("add", "The web site", "--paper", "courier")
    assert (strange.exit_code, strange.output) == (
        2,
        "There is no paper “courier”; served here: harbour-herald.\n",
    )
    assert listed() == []
