"""Claims on the desk's pages: claiming, releasing, taking over, and renewing by work on the letter."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.pages import Visitor
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Letter, Role


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


def claim(visitor: Visitor, address: str) -> None:
    visitor.open(address)
    assert visitor.send({}, to="/claim").status == 200


def claimed_until(sqlite: Database) -> object:
    with sqlite.snapshot() as session:
        return session.scalars(select(Letter.claimed_until)).one()


def make_chief(sqlite: Database, name: str) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Editor).where(Editor.name == name).values(role=Role.CHIEF))


def test_opening_a_letter_claims_nothing_and_the_button_does(
    dana: Visitor, eli: Visitor, address: str
) -> None:
    assert "Nobody has claimed it." in dana.open(address).all(".claim")[0]
    assert "Nobody has claimed it." in eli.open(address).all(".claim")[0]
    claim(dana, address)
    assert dana.page
    assert "Claimed by you since" in dana.page.all(".claim")[0]
    assert dana.page.all(".events li")[-1].endswith("Dana · Claimed")
    assert "Claimed by Dana since" in eli.open(address).all(".claim")[0]


@pytest.mark.parametrize(
    ("button", "typed"),
    [(("to_state", "held"), {"note": "Not yet."}), (("call-outcome", "confirmed"), {"call-note": "Yes."})],
)
def test_a_colleagues_decision_is_refused_and_the_typed_text_kept(
    dana: Visitor, eli: Visitor, address: str, button: tuple[str, str], typed: dict[str, str]
) -> None:
    eli.open(address)
    claim(dana, address)
    page = eli.send(typed, button=button)
    assert page.status == 409
    assert page.all("#summary h2") == ["Dana has claimed this letter"]
    assert page.typed(button[0]).items() >= typed.items()
    assert page.all(".letter-facts .state") == ["Received"]


def test_of_two_claims_at_once_one_is_refused(dana: Visitor, eli: Visitor, address: str) -> None:
    eli.open(address)
    claim(dana, address)
    page = eli.send({}, to="/claim")
    assert page.status == 409
    assert page.all("#summary h2") == ["Dana has claimed this letter"]


def test_releasing_ends_the_claim(dana: Visitor, eli: Visitor, address: str) -> None:
    claim(dana, address)
    page = dana.send({}, to="/release")
    assert "Nobody has claimed it." in page.all(".claim")[0]
    assert page.all(".events li")[-1].endswith("Dana · Claim released")
    claim(eli, address)


def test_signing_out_ends_the_claim(dana: Visitor, eli: Visitor, address: str) -> None:
    claim(dana, address)
    dana.send({}, to="/logout")
    assert "Nobody has claimed it." in eli.open(address).all(".claim")[0]


def test_only_a_chief_can_take_over_a_claim(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    claim(dana, address)
    page = eli.open(address)
    assert page.soup.select('form[action$="/take-over"]') == []
    fields = {"csrf_token": page.typed("csrf_token")["csrf_token"]}
    assert eli.client.post(f"{address}/take-over", data=fields).status_code == 403
    make_chief(sqlite, "Eli")
    eli.open(address)
    page = eli.send({}, to="/take-over")
    assert "Claimed by you" in page.all(".claim")[0]
    assert page.all(".events li")[-1].endswith("Eli · Took the claim over from Dana")


def test_work_on_the_letter_renews_the_claim_and_looking_does_not(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    claim(dana, address)
    soon = now() + timedelta(minutes=1)
    with sqlite.transaction() as session:
        session.execute(update(Letter).values(claimed_until=soon))
    dana.open(address)
    eli.open(address)
    eli.send({"noted-text": "Are you at it?"}, to="/notes")
    assert claimed_until(sqlite) == soon
    dana.send({"noted-text": "I am."}, to="/notes")
    assert str(claimed_until(sqlite)) > str(soon + timedelta(minutes=20))


def test_a_decided_letter_has_no_claim(dana: Visitor, address: str) -> None:
    claim(dana, address)
    page = dana.send({"reason": "space"}, button=("to_state", "declined"))
    assert page.soup.select(".claim") == []
    fields = {"csrf_token": page.typed("csrf_token")["csrf_token"]}
    assert dana.client.post(f"{address}/claim", data=fields).status_code == 409
