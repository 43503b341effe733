"""Notes, tags and the assignee on a letter's page."""

import pytest

from tests.pages import Visitor
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.accounts.administration import change_role
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel, Role


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


def test_a_note_is_shown_with_its_author_and_in_the_history(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"noted-text": "She was in the paper\nlast month."}, to="/notes")
    assert page.all(".notes .history li")[0].endswith("Dana She was in the paper last month.")
    assert page.all(".events li")[-1].endswith("Dana · Note added She was in the paper last month.")


@pytest.mark.parametrize("typed", ["", "  \n ", "x" * 2001])
def test_an_invalid_note_comes_back(dana: Visitor, address: str, typed: str) -> None:
    dana.open(address)
    page = dana.send({"noted-text": typed}, to="/notes")
    assert page.status == 422
    assert len(page.all(".notes .error-line")) == 1
    assert page.typed("noted-text")["noted-text"] == typed.strip()


def test_tags_are_added_removed_and_offered_again(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"tag-tag": "#Trams"}, to="/tags")
    assert page.all(".tags li") == ["trams ×"]
    assert [str(option["value"]) for option in page.soup.select("#tags-in-use option")] == ["trams"]
    assert page.all(".events li")[-1].endswith("Dana · Added the tag “trams”")
    page = dana.send({}, button=("tag", "trams"))
    assert page.all(".tags li") == []
    assert page.all(".events li")[-1].endswith("Dana · Removed the tag “trams”")


@pytest.mark.parametrize("typed", ["", "#", "x" * 41, "x" * 200])
def test_an_invalid_tag_comes_back(dana: Visitor, address: str, typed: str) -> None:
    dana.open(address)
    page = dana.send({"tag-tag": typed}, to="/tags")
    assert page.status == 422
    assert page.all(".notes .error-line") != []
    assert page.typed("tag-tag")["tag-tag"] == typed


def test_a_letter_is_assigned_to_a_colleague(dana: Visitor, eli: Visitor, address: str) -> None:
    page = dana.open(address)
    offered = {option.get_text(): str(option["value"]) for option in page.soup.select("#assign-to option")}
    assert list(offered) == ["Nobody", "Dana", "Eli"]
    page = dana.send({"assign-to": offered["Eli"]}, to="/assign")
    assert page.typed("assign-to")["assign-to"] == offered["Eli"]
    assert page.all(".events li")[-1].endswith("Dana · Assigned to Eli")
    page = eli.open(address)
    page = eli.send({"assign-to": ""}, to="/assign")
    assert page.all(".events li")[-1].endswith("Eli · Assigned to nobody")


@pytest.mark.parametrize(
    ("to", "status"),
    [("999", 422), ("-1", 400), ("x", 400), ("9" * 5000, 400)],
    ids=lambda value: str(value)[:5],
)
def test_an_unknown_assignee_is_refused(dana: Visitor, address: str, to: str, status: int) -> None:
    dana.open(address)
    assert dana.send({"assign-to": to}, to="/assign").status == status


def test_why_a_colleague_can_not_be_given_a_letter_is_said(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    page = dana.open(address)
    (to,) = [str(option["value"]) for option in page.soup.select("#assign-to option") if "Eli" in option.text]
    eli.open(address)
    with sqlite.transaction() as session:
        change_role(session, int(to), Role.READER, now=NOON)
    page = dana.send({"assign-to": to}, to="/assign")
    assert page.status == 422
    assert "the account has ended, or may only read" in page.one("#assign-to-error").get_text()
    assert page.typed("assign-to")["assign-to"] == "", "the letter is still nobody’s"


@pytest.mark.parametrize(
    "what", ["claim", "release", "particulars", "calls", "notes", "tags", "assign", "dossier"]
)
def test_an_unknown_letter_is_not_found(dana: Visitor, address: str, what: str) -> None:
    fields = {
        "csrf_token": dana.open(address).typed("csrf_token")["csrf_token"],
        "call-outcome": "voicemail",
        "noted-text": "Good.",
        "tag-tag": "trams",
    }
    assert dana.client.post(f"/desk/letters/NOSUCHRF/{what}", data=fields).status_code == 404
