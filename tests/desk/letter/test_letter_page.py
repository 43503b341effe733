"""A letter at the desk: read, decided on, and told about when it changed meanwhile."""

import pytest
from sqlalchemy import event

from tests.pages import Visitor
from tests.samples import BODY, HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel


def receive(sqlite: Database, **changes: str | bool) -> str:
    intake = Intake(sqlite, SECRET_KEY)
    receipt = intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


@pytest.fixture
def address(sqlite: Database) -> str:
    """The page of a letter that was just received."""
    return receive(sqlite)


def test_text_and_particulars_stand_apart(dana: Visitor, address: str) -> None:
    page = dana.open(address)
    assert page.all("h1") == ["In praise of slowness"]
    assert page.all(".letter-body p") == BODY.split("\n\n")
    assert "17 words" in page.all(".letter-facts")[0]
    assert "14 Mar 2026, 20:00" in page.all(".letter-facts")[0]
    page = dana.send({}, to="/particulars")
    side = page.all(".side")[0]
    for particular in ("Chan Tai-man", "+852 2123 4567", "tai-man@example.com", "1 Main Street", "Hong Kong"):
        assert particular in side
    assert "Main Street" not in page.all(".letter")[0]
    assert page.one("a[href^='tel:']")["href"] == "tel:+85221234567"


def test_a_letter_without_a_headline_still_has_a_first_heading(dana: Visitor, sqlite: Database) -> None:
    assert dana.open(receive(sqlite, headline="")).all("h1") == ["A letter without a headline"]


def test_advisories_are_told_in_words(dana: Visitor, sqlite: Database) -> None:
    page = dana.open(receive(sqlite, exclusive=False, address="PO Box 5, Central"))
    assert page.all(".advisories li") == [
        "The address is a PO box only.",
        "Not declared as sent to this paper alone.",
    ]


def test_a_name_to_be_withheld_is_known_at_the_desk_alone(dana: Visitor, sqlite: Database) -> None:
    page = dana.open(receive(sqlite, withhold_name=True, withhold_reason="My employer"))
    assert page.all(".letter-signature") == ["Name withheld , Sai Ying Pun"]
    assert "Name withheld (name not to be printed)" in page.all(".writer")[0]
    assert "My employer" in page.all(".writer")[0]
    assert "Chan Tai-man" not in page.response.text
    page = dana.send({}, to="/particulars")
    assert "Chan Tai-man (name not to be printed)" in page.all(".writer")[0]
    assert page.all(".letter-signature") == ["Name withheld , Sai Ying Pun"]


def test_a_move_is_made_and_leaves_its_mark(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"note": "Good one."}, button=("to_state", "shortlisted"))
    assert page.status == 200
    assert page.all(".letter-facts .state") == ["Shortlisted"]
    assert page.all(".events li")[-1].endswith("Dana · Received → Shortlisted Good one.")


def test_a_scheduled_letter_says_for_which_issue(dana: Visitor, address: str) -> None:
    dana.open(address)
    dana.send({}, button=("to_state", "shortlisted"))
    page = dana.send({"print_on": "2026-03-18"}, button=("to_state", "scheduled"))
    assert "For the issue of 18 Mar 2026" in page.all(".letter-facts")[0]


def test_a_page_that_is_not_there_leads_to_the_queue(dana: Visitor) -> None:
    page = dana.open("/desk/letters/NOSUCHRF")
    assert (page.status, page.one(".notice a")["href"]) == (404, "/desk/")


def test_declining_asks_for_a_reason_and_keeps_the_note(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"note": "Too late."}, button=("to_state", "declined"))
    assert page.status == 422
    assert page.all(".error-line") == ["Choose why the letter is declined."]
    page = dana.send({"reason": "space"}, button=("to_state", "declined"))
    assert page.all(".events li")[-2].endswith("Dana · Received → Declined: No space Too late.")


def test_the_second_of_two_editors_is_told_and_loses_nothing(
    dana: Visitor, eli: Visitor, address: str
) -> None:
    dana.open(address)
    eli.open(address)
    dana.send({}, button=("to_state", "shortlisted"))
    page = eli.send({"note": "Not for us.", "reason": "covered"}, button=("to_state", "declined"))
    assert page.status == 409
    assert page.all("#summary h2") == ["The letter has changed in the meantime"]
    assert "You chose: Decline" in page.all("#summary")[0]
    assert page.all(".letter-facts .state") == ["Shortlisted"]
    assert page.typed("to_state")["note"] == "Not for us."
    assert page.typed("to_state")["reason"] == "covered"
    again = eli.send({}, button=("to_state", "declined"))
    assert again.all(".letter-facts .state") == ["Declined"]


@pytest.mark.parametrize("target", ["withdrawn", "nonsense", ""])
def test_a_move_that_the_desk_does_not_have_is_refused(dana: Visitor, address: str, target: str) -> None:
    dana.open(address)
    assert dana.send({"to_state": target}).status == 400
    assert dana.open(address).all(".letter-facts .state") == ["Received"]


def test_a_note_that_is_too_long_comes_back(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"note": "x" * 2001}, button=("to_state", "held"))
    assert page.status == 422
    assert page.typed("to_state")["note"] == "x" * 2001


def test_a_letter_that_is_not_there(dana: Visitor, address: str) -> None:
    dana.open(address)
    assert dana.open("/desk/letters/NOSUCHRF").status == 404
    fields = dana.open(address).typed("to_state") | {"to_state": "held"}
    assert dana.client.post("/desk/letters/NOSUCHRF/move", data=fields).status_code == 404


def test_the_cost_is_the_same_however_much_is_known(dana: Visitor, sqlite: Database, address: str) -> None:
    asked: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def cost() -> int:
        asked.clear()
        dana.open(address)
        return len(asked)

    on_trams = {"article_headline": "On trams"}
    address = receive(sqlite, **on_trams)
    dana.open(address)
    dana.send({"tag-tag": "trams"}, to="/tags")
    dana.send({"noted-text": "Good."}, to="/notes")
    receive(sqlite, body="The first other letter.", **on_trams)
    at_first = cost()
    for state in ("held", "received") * 5:
        dana.send({}, button=("to_state", state))
    for number in range(5):
        receive(sqlite, body=f"Letter number {number}.", **on_trams)
        dana.send({"tag-tag": f"tag {number}"}, to="/tags")
        dana.send({"noted-text": "Good."}, to="/notes")
        dana.send({}, button=("call-outcome", "voicemail"))
    assert cost() == at_first


@pytest.mark.parametrize(
    ("channel", "told"),
    [(Channel.MAIL, "Received by e-mail"), (Channel.IMPORT, "Imported"), (Channel.FORM, "")],
)
def test_it_is_told_how_a_letter_came_that_came_by_no_form(
    dana: Visitor, sqlite: Database, channel: Channel, told: str
) -> None:
    arrival = Arrival(channel=channel, at=NOON)
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, arrival)
    facts = dana.open(f"/desk/letters/{receipt.reference}").all(".letter-facts > span")
    assert ("Received by e-mail" in facts, "Imported" in facts) == (
        told == "Received by e-mail",
        told == "Imported",
    )
