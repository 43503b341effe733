"""Undoing the last move on a letter's page."""

import pytest
from sqlalchemy import update

from tests.pages import Visitor
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Role


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    intake = Intake(sqlite, SECRET_KEY)
    return (
        f"/desk/letters/{intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference}"
    )


def decline(editor: Visitor, address: str) -> None:
    editor.open(address)
    editor.send({"reason": "space"}, button=("to_state", "declined"), to="/move")


def test_an_unmoved_letter_has_no_undo_button(dana: Visitor, address: str) -> None:
    assert not dana.open(address).soup.select("form.undo")


def test_the_undo_button_names_the_move(dana: Visitor, address: str) -> None:
    decline(dana, address)
    assert dana.open(address).all("form.undo button") == ["Undo: Received → Declined"]


def test_an_undo_can_not_be_undone(dana: Visitor, address: str) -> None:
    decline(dana, address)
    page = dana.send({}, to="/undo")
    assert page.all(".letter-facts .state") == ["Received"]
    assert not page.soup.select("form.undo")


def test_undo_is_refused_if_the_letter_changed_meanwhile(dana: Visitor, eli: Visitor, address: str) -> None:
    decline(dana, address)
    eli.open(address)
    eli.send({}, to="/undo")
    page = dana.send({}, to="/undo")
    assert page.status == 409
    assert page.all("#summary h2") == ["The letter has changed in the meantime"]
    assert page.all(".letter-facts .state") == ["Received"]


def test_a_read_only_editor_has_no_undo_button(dana: Visitor, sqlite: Database, address: str) -> None:
    decline(dana, address)
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.READER))
    assert not dana.open(address).soup.select("form.undo")
