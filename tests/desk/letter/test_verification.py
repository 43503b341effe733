"""The verification card: particulars that are asked for, calls, and what is in the way of print."""

import dataclasses

import pytest
from sqlalchemy import select, update

from tests.pages import Page, Visitor
from tests.samples import HERALD, NOON, SEAL, SECRET_KEY, letter
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.policy.sections import Proof
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Event, EventKind, Role

CALLS_FIRST = dataclasses.replace(HERALD, proofs=frozenset({Proof.CALL}))
SECRETS = ("2123", "tai-man@example.com", "Main Street")


@pytest.fixture
def settings(sqlite: Database) -> Settings:
    """Settings of an installation with a paper that rings its writers."""
    return Settings(
        database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(CALLS_FIRST,), rate_limits=False
    )


def receive(sqlite: Database, **changes: str | bool) -> str:
    receipt = Intake(sqlite, SECRET_KEY).receive(
        letter(**changes), CALLS_FIRST, Arrival(channel=Channel.FORM, at=NOON)
    )
    return f"/desk/letters/{receipt.reference}"


@pytest.fixture
def address(sqlite: Database) -> str:
    """The page of a letter that was just received."""
    return receive(sqlite)


def looks(sqlite: Database) -> int:
    with sqlite.snapshot() as session:
        kinds = session.scalars(select(Event.kind)).all()
    return list(kinds).count(EventKind.PARTICULARS_SEEN)


def give_role(sqlite: Database, role: Role) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=role))


def proofs(page: Page) -> list[str]:
    return page.all(".proofs li")


def ring(visitor: Visitor, outcome: str, note: str = "") -> Page:
    return visitor.send({"call-note": note}, button=("call-outcome", outcome))


def test_particulars_are_hidden_until_they_are_asked_for_each_time(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    page = dana.open(address)
    assert not [secret for secret in SECRETS if secret in page.response.text]
    for times in (1, 2):
        page = dana.send({}, to="/particulars")
        assert page.status == 200
        assert [secret for secret in SECRETS if secret in page.response.text] == list(SECRETS)
        assert page.all(".events li")[-1].endswith("Dana · Looked at the writer’s particulars")
        assert looks(sqlite) == times
        page = dana.open(address)
        assert not [secret for secret in SECRETS if secret in page.response.text]
    assert dana.client.get(f"{address}/particulars").status_code == 405


def test_a_reader_of_letters_never_sees_them(dana: Visitor, sqlite: Database) -> None:
    address = receive(sqlite, withhold_name=True, withhold_reason="I am a nurse at the hospital.")
    dana.open(address)
    give_role(sqlite, Role.READER)
    assert dana.send({}, to="/particulars").status == 403
    for page in (dana.open(address), dana.open("/desk/")):
        assert page.status == 200
        for secret in (*SECRETS, "Chan Tai-man", "nurse"):
            assert secret not in page.response.text
        assert page.soup.select("main form[method=post]") == []
    for closed in ("/desk/messages", f"{address}/decline"):
        assert dana.open(closed).status == 403
    assert looks(sqlite) == 0


def test_what_to_ask_comes_from_the_letter(dana: Visitor, sqlite: Database) -> None:
    address = receive(sqlite, interest="I own a tram.", exclusive=False)
    assert dana.open(address).all(".questions li") == [
        "Did you write the letter “In praise of slowness”?",
        "Did you send it to anybody else, or put it online?",
        "We print it under “Chan Tai-man, Sai Ying Pun”. Is that right?",
        "You told us about an interest: “I own a tram”. May we print that?",
        "We may shorten it and correct small mistakes. Is that all right?",
    ]


def test_what_to_ask_gives_no_withheld_name_away(dana: Visitor, sqlite: Database) -> None:
    address = receive(sqlite, headline="", withhold_name=True, withhold_reason="My employer")
    asked = dana.open(address).all(".questions li")
    assert asked[0] == (
        "Did you write the letter that begins "
        "“The tram is slow. That is its use: it gives one time to look at the city”?"
    )
    assert "We leave your name out." in asked[2]


def test_attempts_are_listed_the_newest_first(dana: Visitor, address: str) -> None:
    dana.open(address)
    ring(dana, "no_answer")
    page = ring(dana, "voicemail", "Rings back after six.")
    assert proofs(page)[0] == "Call to the writer: not yet"
    calls = page.all(".calls li")
    assert [call.split(" ", 4)[-1] for call in calls] == [
        "Left a voicemail · Dana Rings back after six.",
        "No answer · Dana",
    ]


def test_a_letter_is_scheduled_once_its_writer_was_rung(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = dana.send({}, button=("to_state", "shortlisted"))
    assert page.all(".lacking") == ["Not yet: the writer has to say on the phone that the letter is theirs."]
    page = dana.send({"print_on": "2026-03-18"}, button=("to_state", "scheduled"))
    assert page.status == 422
    assert page.all(".decision .error-line") == ["The writer has not been verified as the paper requires."]
    page = ring(dana, "confirmed")
    assert "Call to the writer: done" in proofs(page)[0]
    assert page.all(".lacking") == []
    page = dana.send({"print_on": "2026-03-18"}, button=("to_state", "scheduled"))
    assert page.all(".letter-facts .state") == ["Scheduled"]


def test_what_was_confirmed_can_be_taken_back_before_it_is_printed(dana: Visitor, address: str) -> None:
    dana.open(address)
    ring(dana, "confirmed")
    dana.send({}, button=("to_state", "shortlisted"))
    dana.send({"print_on": "2026-03-18"}, button=("to_state", "scheduled"))
    page = ring(dana, "denied", "Her son used her name.")
    assert page.all(".lacking") != []
    assert dana.send({}, button=("to_state", "published")).status == 422


def test_a_chief_lets_a_letter_through_and_the_reason_stays(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    give_role(sqlite, Role.CHIEF)
    dana.open(address)
    dana.send({}, button=("to_state", "shortlisted"))
    page = dana.send(
        {"print_on": "2026-03-18", "override": "yes", "note": "I know her well."},
        button=("to_state", "scheduled"),
    )
    assert page.all(".letter-facts .state") == ["Scheduled"]
    assert "Let through unverified by Dana" in page.all(".override")[0]
    assert "I know her well." in page.all(".override")[0]
    assert page.all(".events li")[-1].endswith(
        "Shortlisted → Scheduled, for the issue of 18 Mar 2026, let through unverified I know her well."
    )
    page = dana.send({}, button=("to_state", "published"))
    assert "I know her well." in page.all(".override")[0]


def test_what_is_to_be_changed_is_asked_for_and_nothing_typed_is_lost(dana: Visitor, address: str) -> None:
    dana.open(address)
    page = ring(dana, "changed")
    assert page.status == 422
    assert page.all(".call .error-line") == ["Say what the writer wants changed."]
    page = ring(dana, "voicemail", "x" * 2001)
    assert page.status == 422
    assert page.typed("call-note")["call-note"] == "x" * 2001


@pytest.mark.parametrize("outcome", ["", "nonsense"])
def test_an_outcome_that_there_is_not(dana: Visitor, address: str, outcome: str) -> None:
    dana.open(address)
    assert dana.send({"call-outcome": outcome}).status == 400


def test_the_queue_names_nobody_whose_name_is_withheld(dana: Visitor, sqlite: Database) -> None:
    receive(sqlite, withhold_name=True, withhold_reason="My employer")
    assert "Chan Tai-man" not in dana.open("/desk/").response.text
