"""Declining a letter: the message to the writer, its preview, standard texts, and declining without one."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.pages import Visitor, form_fields
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.rules.policy import Policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.correspondence import DEFAULT_MESSAGE_DELAYS, DeclineMessages
from webapp.store.database import Database
from webapp.store.models import Channel, Event, EventKind, Letter, Message, MessageState
from webapp.wording.text_format import grouped_reference

SPACE = "We get far more letters than we have room for."
SILENT = dataclasses.replace(HERALD, declining=DeclineMessages(tell_writer=False))
OWN_TEXT = dataclasses.replace(
    HERALD,
    declining=DeclineMessages(
        texts={DeclineReason.SPACE: LocalizedText.plain("The page is only so long.\n\nDo write again.")}
    ),
)


@pytest.fixture
def address(sqlite: Database, policy: Policy) -> str:
    """Path of the page of a received letter."""
    intake = Intake(sqlite, SECRET_KEY)
    receipt = intake.receive(letter(), policy, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


def messages(sqlite: Database) -> list[Message]:
    with sqlite.snapshot() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def state(sqlite: Database) -> State:
    with sqlite.snapshot() as session:
        return session.scalars(select(Letter.state)).one()


def decline(visitor: Visitor, address: str, **typed: str) -> None:
    visitor.open(address)
    page = visitor.send({"reason": "space"} | typed, button=("to_state", "declined"))
    assert page.status == 200


def test_a_declined_writer_gets_the_built_in_text(dana: Visitor, sqlite: Database, address: str) -> None:
    decline(dana, address)
    (message,) = messages(sqlite)
    assert (message.kind, message.recipient) == (MessageKind.DECISION, "tai-man@example.com")
    letter = f"{grouped_reference(address.rpartition('/')[2])} “In praise of slowness”"
    assert message.subject == f"Your letter – {letter} – The Harbour Herald"
    assert f"Thank you for your letter. We are sorry that we can’t print it. {SPACE}" in message.text_body
    assert "“In praise of slowness”" in message.text_body
    assert "Thank you for your letter." in message.html_body
    assert message.due_at - message.created_at == timedelta(
        minutes=DEFAULT_MESSAGE_DELAYS[MessageKind.DECISION]
    )


@pytest.mark.parametrize("policy", [OWN_TEXT])
def test_a_papers_own_text_replaces_the_built_in_one(dana: Visitor, sqlite: Database, address: str) -> None:
    decline(dana, address)
    assert "The page is only so long.\n\nDo write again." in messages(sqlite)[0].text_body


def test_an_editor_can_decline_without_a_message(dana: Visitor, sqlite: Database, address: str) -> None:
    decline(dana, address, tell="silence")
    assert messages(sqlite) == []
    assert state(sqlite) is State.DECLINED


@pytest.mark.parametrize("policy", [SILENT])
def test_a_paper_without_messages_sends_one_if_the_editor_chooses_so(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    dana.open(address)
    assert dana.page
    assert dana.page.typed("to_state")["tell"] == "silence"
    decline(dana, address, tell="message")
    assert len(messages(sqlite)) == 1


def test_a_refused_decision_sends_no_message(dana: Visitor, sqlite: Database, address: str) -> None:
    dana.open(address)
    assert dana.send({"reason": ""}, button=("to_state", "declined")).status == 422
    assert messages(sqlite) == []


def test_undoing_cancels_the_message(dana: Visitor, sqlite: Database, address: str) -> None:
    decline(dana, address)
    assert dana.page
    fields = form_fields(dana.page.form_to("/move"))
    dana.client.post(f"{address}/undo", data=fields)
    assert state(sqlite) is State.RECEIVED
    assert [message.state for message in messages(sqlite)] == [MessageState.CALLED_BACK]
    with sqlite.snapshot() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id)).all()
    assert kinds == [
        EventKind.RECEIVED,
        EventKind.MOVED,
        EventKind.MESSAGE_WRITTEN,
        EventKind.MOVED,
        EventKind.MESSAGE_CALLED_BACK,
    ]


def test_a_message_can_be_cancelled_without_undoing_the_decision(
    dana: Visitor, sqlite: Database, address: str
) -> None:
    decline(dana, address)
    number = messages(sqlite)[0].id
    dana.open(f"/desk/messages/{number}")
    page = dana.send({})
    assert "Stopped" in page.text
    assert messages(sqlite)[0].state is MessageState.CALLED_BACK
    assert state(sqlite) is State.DECLINED
    fields = {"csrf_token": page.typed("csrf_token")["csrf_token"]}
    assert dana.client.post(f"/desk/messages/{number}/call-back", data=fields).status_code == 409


def test_the_message_is_previewed_and_can_be_changed(dana: Visitor, sqlite: Database, address: str) -> None:
    page = dana.open(f"{address}/decline?reason=space")
    assert SPACE in page.typed()["message"]
    assert SPACE in page.all(".mail-text")[0]
    assert "stop it for 10 minutes" in page.text
    page = dana.send({"message": "Dear Mr Chan,\n\nNot this time."}, button=("do", "preview"))
    assert page.all(".mail-text")[0].startswith("Dear Mr Chan, Not this time.")
    assert messages(sqlite) == []
    page = dana.send({}, button=("do", "decline"))
    assert page.all(".letter-facts .state") == ["Declined"]
    assert messages(sqlite)[0].text_body.strip().startswith("Dear Mr Chan,\n\nNot this time.")


def test_an_unchanged_standard_text_changes_with_the_reason(dana: Visitor, address: str) -> None:
    dana.open(f"{address}/decline?reason=space")
    page = dana.send({"reason": "covered"}, button=("do", "words"))
    assert "the same point" in page.typed()["message"]
    assert page.soup.select(".other-words") == []


def test_another_reason_keeps_the_editors_own_text(dana: Visitor, address: str) -> None:
    dana.open(f"{address}/decline?reason=space")
    page = dana.send({"reason": "covered", "message": "My own words."}, button=("do", "words"))
    assert page.typed()["message"] == "My own words."
    assert "the same point" in page.all(".other-words")[0]
    page = dana.send({}, button=("do", "take"))
    assert "the same point" in page.typed()["message"]
    assert "My own words." in page.all(".other-words")[0]
    page = dana.send({}, button=("do", "earlier"))
    assert page.typed()["message"] == "My own words."


def test_a_page_without_a_reason_asks_for_one(dana: Visitor, sqlite: Database, address: str) -> None:
    dana.open(f"{address}/decline")
    page = dana.send({"message": "My own words."}, button=("do", "decline"))
    assert page.status == 422
    assert page.all(".error-line") == ["Choose why the letter is declined."]
    assert page.typed()["message"] == "My own words."
    assert state(sqlite) is State.RECEIVED


def test_a_message_that_is_too_long_comes_back(dana: Visitor, sqlite: Database, address: str) -> None:
    dana.open(f"{address}/decline?reason=space")
    page = dana.send({"message": "x" * 4001}, button=("do", "decline"))
    assert page.status == 422
    assert page.typed()["message"] == "x" * 4001
    assert messages(sqlite) == []


def test_of_two_editors_who_decline_one_is_refused(
    dana: Visitor, eli: Visitor, sqlite: Database, address: str
) -> None:
    dana.open(f"{address}/decline?reason=space")
    eli.open(f"{address}/decline?reason=covered")
    dana.send({}, button=("do", "decline"))
    page = eli.send({"note": "Too late."}, button=("do", "decline"))
    assert page.status == 409
    assert len(messages(sqlite)) == 1


def test_addresses_are_masked_on_the_pages_of_messages(dana: Visitor, sqlite: Database, address: str) -> None:
    decline(dana, address)
    shown = dana.open("/desk/messages")
    assert shown.all("tbody .who") == ["t…@example.com"]
    message = dana.open(f"/desk/messages/{messages(sqlite)[0].id}")
    assert "t…@example.com" in message.all("dl")[0]
    for page in (shown, message):
        assert "tai-man@example.com" not in page.response.text
