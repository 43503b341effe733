"""The link to confirm the e-mail address: GET and POST, invalid links, and sending the message again."""

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import update

from tests.pages import Page, Visitor
from tests.reader.letter_writer import STRICT, UNCONFIRMED, WAITING, WITHDRAWN, Writer, form_actions
from tests.samples import BODY, HERALD, PASSWORD
from webapp.installation.clock import now
from webapp.letters.intake.email_confirmation import MAX_CONFIRMATIONS_PER_DAY
from webapp.messages.leases_and_retries import lease_due, record_delivery, record_rejection
from webapp.messages.outbox import cancel_message
from webapp.rules.enums import MessageKind, State
from webapp.store.column_types import Contact
from webapp.store.database import Database
from webapp.store.models import EventKind, MessageState, Particulars


def test_opening_the_link_confirms_nothing(writer: Writer) -> None:
    for _ in range(3):
        assert writer.visitor.client.head(writer.link).status_code == 200
        assert writer.visitor.open(writer.link).status == 200
    assert writer.visitor.client.post(writer.link).status_code == 400
    assert writer.letter().email_confirmed_at is None
    assert writer.events() == []


def test_the_button_confirms_and_pressing_again_is_harmless(writer_on_both: Writer) -> None:
    page = writer_on_both.visitor.open(writer_on_both.link)
    assert page.all("form button") == ["Yes, this letter and this address are mine"]
    assert "Confirmed on " in writer_on_both.visitor.send({}).text
    confirmed_at = writer_on_both.letter().email_confirmed_at
    assert (
        "Confirmed on "
        in Page(
            writer_on_both.visitor.client.post(writer_on_both.link, data=page.typed(), follow_redirects=True),
            "",
        ).text
    )
    again = writer_on_both.visitor.open(writer_on_both.link)
    assert (again.status, form_actions(again)) == (200, {"withdraw"})
    assert "Confirmed on " in again.text
    assert writer_on_both.letter().email_confirmed_at == confirmed_at
    assert writer_on_both.events() == [(EventKind.EMAIL_CONFIRMED, "")]


def test_the_desk_sees_that_the_address_is_confirmed_and_when(writer_on_both: Writer, editor_id: int) -> None:
    assert editor_id
    editor = Visitor(writer_on_both.app)
    editor.open("/desk/login")
    editor.send({"email": "dana@example.com", "password": PASSWORD})
    proofs = editor.open(f"/desk/letters/{writer_on_both.reference}").all(".proofs li")
    assert proofs[0].startswith("E-mail address confirmed: not yet")
    writer_on_both.visitor.open(writer_on_both.link)
    writer_on_both.visitor.send({})
    page = editor.open(f"/desk/letters/{writer_on_both.reference}")
    confirmed_at = writer_on_both.letter().email_confirmed_at
    assert confirmed_at
    assert page.all(".proofs li")[0].startswith("E-mail address confirmed: done")
    assert page.soup.select(f'.proofs time[datetime="{confirmed_at.isoformat(timespec="seconds")}"]')
    assert page.all(".events li")[-1].endswith("The writer confirmed the e-mail address")


def tamper(writer: Writer) -> str:
    return writer.link[:-5]


def take_from_another(writer: Writer) -> str:
    other = Writer(writer.store, headline="Another")
    return f"{writer.page}/confirm/{other.link.rpartition('/')[2]}"


def change_address(writer: Writer) -> str:
    with writer.store.transaction() as session:
        session.execute(update(Particulars).values(contact=Contact(email="other@example.com")))
    return writer.link


@pytest.mark.parametrize("spoil", [tamper, take_from_another, change_address])
def test_an_invalid_link_offers_a_new_one(writer: Writer, spoil: Callable[[Writer], str]) -> None:
    link = spoil(writer)
    page = writer.visitor.open(link)
    assert page.status == 410
    assert "You can ask for a new one below." in page.all("#summary")[0]
    assert "send-confirmation" in form_actions(page)
    posted = writer.visitor.client.post(link, data={"csrf_token": writer.token_for(link)})
    assert posted.status_code == 410
    assert writer.letter().email_confirmed_at is None
    assert "The message is on its way to you." in writer.press("send-confirmation").text


@pytest.mark.parametrize("spoil", [tamper, take_from_another, change_address])
def test_an_invalid_link_of_a_confirmed_letter_shows_the_own_page(
    writer: Writer, spoil: Callable[[Writer], str]
) -> None:
    writer.visitor.open(writer.link)
    writer.visitor.send({})
    confirmed_at = writer.letter().email_confirmed_at
    link = spoil(writer)
    asked = {"csrf_token": writer.token_for(link)}
    page = writer.visitor.open(link)
    assert (page.status, page.all("#summary"), form_actions(page)) == (200, [], {"withdraw"})
    assert "Confirmed on " in page.text
    assert writer.visitor.client.post(link, data=asked).status_code == 303
    assert writer.letter().email_confirmed_at == confirmed_at


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([], "a message with a link to confirm it is on its way to you"),
        ([MessageState.SENT], "please follow the link in the message that we sent you"),
        ([MessageState.DEAD], "our message to your address could not be delivered"),
        ([MessageState.DEAD, MessageState.SENT], "please follow the link in the message that we sent you"),
        ([MessageState.SENT, MessageState.DEAD], "our message to your address could not be delivered"),
    ],
)
def test_the_page_shows_the_state_of_the_newest_message_with_a_link(
    writer_on_both: Writer, outcomes: list[MessageState], said: str
) -> None:
    for number, outcome in enumerate(outcomes):
        if number:
            writer_on_both.open()
            writer_on_both.press("send-confirmation")
        for claimed in lease_due(writer_on_both.store, now=now(), limit=9):
            if outcome is MessageState.SENT:
                record_delivery(writer_on_both.store, claimed, server_words="250 OK", now=now())
            else:
                record_rejection(writer_on_both.store, claimed, server_words="550 No such mailbox")
    assert said in writer_on_both.open().text
    assert "550" not in writer_on_both.open().text


def test_a_cancelled_message_is_not_mentioned(writer_on_both: Writer, editor_id: int) -> None:
    (receipt,) = writer_on_both.messages(MessageKind.RECEIPT)
    with writer_on_both.store.transaction() as session:
        assert cancel_message(session, receipt.id, editor_id=editor_id, now=now())
    page = writer_on_both.open()
    assert "Not confirmed yet. Send the message again" in page.text
    assert "send-confirmation" in form_actions(page)


def test_the_message_is_sent_again_up_to_a_daily_limit(writer_on_both: Writer) -> None:
    writer_on_both.open()
    for _ in range(MAX_CONFIRMATIONS_PER_DAY):
        assert writer_on_both.press("send-confirmation").status == 200
    page = writer_on_both.press("send-confirmation")
    assert page.status == 429
    assert "several times today" in page.all("#summary")[0]
    assert page.all(".letter-body p") == BODY.split("\n\n")
    messages = writer_on_both.messages(MessageKind.CONFIRMATION)
    assert len(messages) == MAX_CONFIRMATIONS_PER_DAY
    assert {message.recipient for message in messages} == {"tai-man@example.com"}
    assert all(f"{writer_on_both.page}/confirm/" in message.text_body for message in messages)


def test_the_message_sent_again_has_the_papers_delay(store: Database) -> None:
    slow = dataclasses.replace(HERALD, message_delays={MessageKind.CONFIRMATION: 7})
    writer = Writer(store, slow)
    writer.open()
    writer.press("send-confirmation")
    (message,) = writer.messages(MessageKind.CONFIRMATION)
    assert (message.due_at - message.created_at).total_seconds() == 7 * 60


@pytest.mark.parametrize("state", [State.PUBLISHED, State.DECLINED, State.WITHDRAWN])
def test_the_message_is_not_sent_again_for_a_decided_letter(writer: Writer, state: State) -> None:
    writer.open()
    writer.set_state(state)
    assert writer.press("send-confirmation").status == 200
    assert writer.messages(MessageKind.CONFIRMATION) == []
    assert "send-confirmation" not in form_actions(writer.open())


def test_the_page_says_that_the_letter_waits_for_confirmation(store: Database) -> None:
    writer = Writer(store, STRICT)
    assert UNCONFIRMED in writer.open().text
    writer.visitor.open(writer.link)
    assert WAITING in writer.visitor.send({}).text


@pytest.mark.parametrize("how", ["withdrawn", "lapsed"])
def test_the_link_does_not_reopen_a_withdrawn_letter(store: Database, how: str) -> None:
    writer = Writer(store, STRICT)
    asked = writer.visitor.open(writer.link).typed()
    if how == "withdrawn":
        writer.open()
        writer.press("withdraw")
    else:
        writer.set_state(State.WITHDRAWN)
    page = writer.visitor.open(writer.link)
    assert (page.status, form_actions(page)) == (200, set())
    assert WITHDRAWN in page.text
    writer.visitor.client.post(writer.link, data=asked)
    assert WITHDRAWN in writer.open().text
    assert not writer.letter().in_queue
