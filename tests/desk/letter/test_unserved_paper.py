"""Letters of a paper whose policy was removed or renamed: at the desk, on the own page, at old addresses."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.api.api_client import COMPLETE as API_LETTER
from tests.pages import Visitor
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from tests.web.conftest import COMPLETE
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.privacy.retention import UnservedPaper, purge
from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Channel, Event, EventKind, Letter, Message

OLD = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="old-herald"))
RENAMED = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, former_slugs=("old-herald",)))


@pytest.fixture
def address(sqlite: Database) -> str:
    """Path of the page of a letter that was stored under the old slug."""
    receipt = Intake(sqlite, SECRET_KEY).receive(letter(), OLD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


renamed = pytest.mark.parametrize("policy", [RENAMED])


def state(sqlite: Database) -> State:
    with sqlite.snapshot() as session:
        return session.scalars(select(Letter.state)).one()


def test_the_queue_names_the_paper_and_leads_to_its_letters(dana: Visitor, address: str) -> None:
    page = dana.open("/desk/")
    assert "1 paper with letters is no longer set up" in page.text
    of_paper = dana.open(str(page.one(".unserved a")["href"]))
    assert of_paper.all(".queue tbody tr")
    assert "old-herald" in dana.open(address).text


def test_only_declining_is_offered_and_possible(dana: Visitor, sqlite: Database, address: str) -> None:
    page = dana.open(address)
    assert "is no longer set up" in page.text
    offered = [str(button["value"]) for button in page.soup.select("button[name=to_state]")]
    assert offered == ["declined"]
    assert not page.soup.select("[name=tell]")
    dana.send({"reason": "space"}, button=("to_state", "declined"))
    assert state(sqlite) is State.DECLINED
    with sqlite.snapshot() as session:
        assert not session.scalars(select(Message)).all()


@pytest.mark.parametrize(
    "changes", [{"to_state": "shortlisted"}, {"to_state": "declined", "tell": "message"}]
)
def test_what_can_not_be_done_is_explained_and_nothing_typed_is_lost(
    dana: Visitor, sqlite: Database, address: str, changes: dict[str, str]
) -> None:
    page = dana.open(address)
    hidden = {str(each["name"]): str(each["value"]) for each in page.soup.select("form.decide [type=hidden]")}
    typed = {**hidden, "note": "For the page on trams", "reason": "space", **changes}
    answer = dana.client.post(f"{address}/move", data=typed)
    assert answer.status_code == 409
    assert "is no longer set up" in answer.text
    assert "Nothing was done." in answer.text
    assert "For the page on trams" in answer.text
    assert state(sqlite) is State.RECEIVED


def test_the_decline_page_and_asking_for_approval_are_explained(dana: Visitor, address: str) -> None:
    page = dana.open(f"{address}/decline")
    assert page.status == 409
    assert "Nothing was done." in page.text
    token = dana.open(address).typed()["csrf_token"]
    lost = {"csrf_token": token, "message": "Dear Mr Chan, not this time.", "reason": "space", "version": "1"}
    for path, fields in (("decline", lost), ("ask-approval", {"csrf_token": token, "copy_number": "0"})):
        answer = dana.client.post(f"{address}/{path}", data=fields)
        assert answer.status_code == 409
        assert "is no longer set up" in answer.text
        assert ("Dear Mr Chan" in answer.text) is (path == "decline")


def test_a_writer_is_told_why_no_message_comes(visitor: Visitor, sqlite: Database, address: str) -> None:
    assert address
    with sqlite.snapshot() as session:
        token = session.scalars(select(Letter.token)).one()
    visitor.open(f"/letters/{token}")
    answer = visitor.send({}, to="/send-confirmation")
    assert answer.status == 409
    assert "takes no letters here any more" in answer.text


def test_letters_without_a_policy_are_purged_on_demand(sqlite: Database, address: str) -> None:
    assert address
    later = NOON + timedelta(days=31)
    assert sum(step.letters for step in purge(sqlite, [HERALD], later)) == 0
    assert sum(step.letters for step in purge(sqlite, [UnservedPaper("old-herald", 32)], later)) == 0
    assert sum(step.letters for step in purge(sqlite, [UnservedPaper("old-herald", 30)], later)) == 1
    with sqlite.snapshot() as session:
        assert EventKind.PURGED in session.scalars(select(Event.kind)).all()


@renamed
def test_a_renamed_papers_letters_are_its_own(dana: Visitor, sqlite: Database, address: str) -> None:
    queue = dana.open("/desk/?paper=harbour-herald")
    assert len(queue.all(".queue tbody tr")) == 1
    assert not queue.soup.select(".unserved")
    assert len(dana.open("/desk/?paper=old-herald").all(".queue tbody tr")) == 1
    page = dana.open(address)
    assert HERALD.paper.title in page.text
    assert not page.soup.select(".unserved")
    dana.send({}, button=("to_state", "shortlisted"))
    assert state(sqlite) is State.SHORTLISTED


@renamed
def test_a_renamed_papers_retention_holds(sqlite: Database, policy: Policy, address: str) -> None:
    assert address
    keeps = dataclasses.replace(policy, retention_days={State.RECEIVED: 30})
    assert sum(step.letters for step in purge(sqlite, [keeps], NOON + timedelta(days=31))) == 1


@renamed
def test_the_same_letter_to_the_old_and_the_new_slug_is_one(
    sqlite: Database, policy: Policy, address: str
) -> None:
    again = Intake(sqlite, SECRET_KEY).receive(letter(), policy, Arrival(channel=Channel.FORM, at=NOON))
    assert again.repeated
    assert address.endswith(again.reference)


@renamed
def test_old_addresses_lead_on_and_keep_what_was_typed(visitor: Visitor, sqlite: Database) -> None:
    asked = visitor.client.get("/old-herald/letters/new?lang=zh-Hant")
    assert (asked.status_code, asked.headers["Location"]) == (308, "/harbour-herald/letters/new?lang=zh-Hant")
    fields = visitor.open("/harbour-herald/letters/new").typed() | COMPLETE
    sent = visitor.client.post("/old-herald/letters/new", data=fields)
    assert (sent.status_code, sent.headers["Location"]) == (308, "/harbour-herald/letters/new")
    # What a browser does with this answer; the test client would post an empty body.
    assert visitor.client.post(sent.headers["Location"], data=fields).status_code == 303
    with sqlite.snapshot() as session:
        assert session.scalars(select(Letter.paper)).all() == ["harbour-herald"]


@renamed
def test_the_api_takes_the_former_slug(visitor: Visitor) -> None:
    answer = visitor.client.post("/api/v1/old-herald/check", json=API_LETTER)
    assert answer.status_code == 200
    assert visitor.client.post("/api/v1/older-herald/check", json=API_LETTER).status_code == 404
