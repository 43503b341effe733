"""`lettersdesk editor`: create, list and end accounts."""

import pytest
from click.testing import CliRunner, Result

from tests.samples import PASSWORD
from webapp.cli import main

pytestmark = pytest.mark.usefixtures("empty_folder")


def editor(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["editor", *arguments], input=typed)


def added(email: str, role: str) -> Result:
    return editor("add", email, "--role", role, "--password-stdin", typed=PASSWORD)


@pytest.mark.parametrize("role", ["reader", "editor", "chief"])
def test_an_account_is_made_with_each_role(role: str) -> None:
    assert added("dana@example.com", role).exit_code == 0
    (line,) = editor("list").output.splitlines()
    assert line.split("\t") == ["dana@example.com", role, "dana", "password only", "never"]


def test_an_account_is_ended() -> None:
    added("cleo@example.com", "chief")
    added("dana@example.com", "editor")
    assert editor("end", "Dana@example.com").output == "Dana@example.com can’t sign in any more.\n"
    assert "dana@example.com\tended" in editor("list").output


def test_the_last_chief_is_not_ended_and_nobody_is_not_either() -> None:
    added("cleo@example.com", "chief")
    last = editor("end", "cleo@example.com")
    assert (last.exit_code, last.output) == (
        2,
        "cleo@example.com is the only chief; make somebody else a chief first.\n",
    )
    assert editor("end", "nobody@example.com").output == "There is no account for nobody@example.com.\n"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1234", "Many people use this password"),
        ("dana@example.com", "made of your name, your address or the paper’s name"),
        ("Harbour Herald", "made of your name, your address or the paper’s name"),
        ("abcabcabcabc", "easy to guess"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_with_the_reason(password: str, reason: str) -> None:
    refused = editor("add", "dana@example.com", "--password-stdin", typed=password)
    assert refused.exit_code == 2
    assert reason in refused.output
    assert editor("list").output == ""
