"""The page of one letter at the desk: text, particulars, decisions, conflicts, and number of queries."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.pages import Visitor
from tests.samples import BODY, HERALD, NEXT_ISSUE, NOON, SECRET_KEY, letter
from webapp.installation.clock import today_at
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel
from webapp.wording.locale_formats import long_date, short_date


def receive(sqlite: Database, **changes: str | bool) -> str:
    intake = Intake(sqlite, SECRET_KEY)
    receipt = intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a received letter."""
    return receive(sqlite)


def test_text_and_particulars_are_shown_apart(dana: Visitor, address: str) -> None:
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


def test_a_letter_without_a_headline_has_an_h1(dana: Visitor, sqlite: Database) -> None:
    assert dana.open(receive(sqlite, headline="")).all("h1") == ["A letter without a headline"]


def test_advisories_are_shown_as_sentences(dana: Visitor, sqlite: Database) -> None:
    page = dana.open(receive(sqlite, exclusive=False, address="PO Box 5, Central"))
    assert page.all(".advisories li") == [
        "The address is a PO box only.",
        "Not declared as sent to this paper alone.",
    ]


def test_a_withheld_name_is_shown_only_with_the_particulars(dana: Visitor, sqlite: Database) -> None:
    page = dana.open(receive(sqlite, withhold_name=True, withhold_reason="My employer"))
    assert page.all(".letter-signature") == ["Name withheld , Sai Ying Pun"]
    assert "Name withheld (name not to be printed)" in page.all(".writer")[0]
    assert "My employer" in page.all(".writer")[0]
    assert "Chan Tai-man" not in page.response.text
    page = dana.send({}, to="/particulars")
    assert "Chan Tai-man (name not to be printed)" in page.all(".writer")[0]
    assert page.all(".letter-signature") == ["Name withheld , Sai Ying Pun"]


def test_a_move_changes_the_state_and_is_in_the_history(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"note": "Good one."}, button=("to_state", "shortlisted"))
    assert page.status == 200
    assert page.all(".letter-facts .state") == ["Shortlisted"]
    assert page.all(".events li")[-1].endswith("Dana · Received → Shortlisted Good one.")


def test_a_scheduled_letter_shows_its_issue(dana: Visitor, address: str) -> None:
    dana.open(address)
    dana.send({}, button=("to_state", "shortlisted"))
    page = dana.send({"print_on": NEXT_ISSUE.isoformat()}, button=("to_state", "scheduled"))
    assert f"For the issue of {short_date(NEXT_ISSUE)}" in page.all(".letter-facts")[0]


def test_a_day_that_is_over_is_refused_and_a_far_one_questioned(dana: Visitor, address: str) -> None:
    dana.open(address)
    dana.send({}, button=("to_state", "shortlisted"))
    page = dana.send({"print_on": "2016-03-16"}, button=("to_state", "scheduled"))
    assert (page.status, page.all(".decision .error-line")) == (
        422,
        ["16 March 2016 is over. Choose an issue from today on."],
    )
    far, farther = (NEXT_ISSUE + timedelta(days=days) for days in (400, 36525))
    for day in (far, farther):
        page = dana.send({"print_on": day.isoformat()}, button=("to_state", "scheduled"))
        days = (day - today_at(HERALD.paper.time_zone)).days
        question = page.all(".decision .error-line")[0]
        assert (page.status, question[: question.index(" away")]) == (422, f"{long_date(day)} is {days} days")
    page = dana.send({}, button=("to_state", "scheduled"))
    assert f"For the issue of {short_date(farther)}" in page.all(".letter-facts")[0]


def test_the_page_of_an_unknown_letter_links_to_the_queue(dana: Visitor) -> None:
    page = dana.open("/desk/letters/NOSUCHRF")
    assert (page.status, page.one(".notice a")["href"]) == (404, "/desk/")


def test_declining_asks_for_a_reason_and_keeps_the_note(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"note": "Too late."}, button=("to_state", "declined"))
    assert page.status == 422
    assert page.all(".error-line") == ["Choose why the letter is declined."]
    page = dana.send({"reason": "space"}, button=("to_state", "declined"))
    assert page.all(".events li")[-2].endswith("Dana · Received → Declined: No space Too late.")


def test_the_second_of_two_decisions_is_refused_and_the_typed_text_kept(
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
def test_an_unknown_move_is_refused(dana: Visitor, address: str, target: str) -> None:
    dana.open(address)
    assert dana.send({"to_state": target}).status == 400
    assert dana.open(address).all(".letter-facts .state") == ["Received"]


def test_a_note_that_is_too_long_comes_back(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({"note": "x" * 2001}, button=("to_state", "held"))
    assert page.status == 422
    assert page.typed("to_state")["note"] == "x" * 2001


def test_an_unknown_letter_is_not_found(dana: Visitor, address: str) -> None:
    dana.open(address)
    assert dana.open("/desk/letters/NOSUCHRF").status == 404
    fields = dana.open(address).typed("to_state") | {"to_state": "held"}
    assert dana.client.post("/desk/letters/NOSUCHRF/move", data=fields).status_code == 404


def test_the_page_needs_the_same_number_of_queries_for_a_long_history(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    statements: list[str] = []
    event.listen(sqlite.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count_statements() -> int:
        statements.clear()
        dana.open(address)
        return len(statements)

    on_trams = {"article_headline": "On trams"}
    address = receive(sqlite, **on_trams)
    dana.open(address)
    dana.send({"tag-tag": "trams"}, to="/tags")
    dana.send({"noted-text": "Good."}, to="/notes")
    receive(sqlite, body="The first other letter.", **on_trams)
    at_first = count_statements()
    for state in ("held", "received") * 5:
        dana.send({}, button=("to_state", state))
    for number in range(5):
        receive(sqlite, body=f"Letter number {number}.", **on_trams)
        dana.send({"tag-tag": f"tag {number}"}, to="/tags")
        dana.send({"noted-text": "Good."}, to="/notes")
        dana.send({}, button=("call-outcome", "voicemail"))
    assert count_statements() == at_first


@pytest.mark.parametrize(
    ("channel", "expected"),
    [(Channel.MAIL, "Received by e-mail"), (Channel.IMPORT, "Imported"), (Channel.FORM, "")],
)
def test_the_channel_is_shown_unless_it_is_the_form(
    dana: Visitor, sqlite: Database, channel: Channel, expected: str
) -> None:
    arrival = Arrival(channel=channel, at=NOON)
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, arrival)
    facts = dana.open(f"/desk/letters/{receipt.reference}").all(".letter-facts > span")
    assert ("Received by e-mail" in facts, "Imported" in facts) == (
        expected == "Received by e-mail",
        expected == "Imported",
    )
