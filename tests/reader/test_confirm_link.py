"""The confirm link: only a press on its page proves an address, and it can be had again."""

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import update

from tests.pages import Page, Visitor
from tests.reader.letter_writer import STRICT, UNCONFIRMED, WAITING, WITHDRAWN, Writer, forms
from tests.samples import BODY, HERALD, PASSWORD
from webapp.installation.clock import now
from webapp.letters.intake.email_confirmation import CONFIRMATIONS_A_DAY
from webapp.messages.leases import lease_due, record_delivery, record_refusal
from webapp.messages.outbox import cancel_message
from webapp.rules.states import MessageKind, State
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


def test_one_press_confirms_and_more_are_harmless(anywhere: Writer) -> None:
    page = anywhere.visitor.open(anywhere.link)
    assert page.all("form button") == ["Yes, this letter and this address are mine"]
    assert "Confirmed on " in anywhere.visitor.send({}).text
    confirmed_at = anywhere.letter().email_confirmed_at
    assert (
        "Confirmed on "
        in Page(
            anywhere.visitor.client.post(anywhere.link, data=page.typed(), follow_redirects=True), ""
        ).text
    )
    again = anywhere.visitor.open(anywhere.link)
    assert (again.status, forms(again)) == (200, {"withdraw"})
    assert "Confirmed on " in again.text
    assert anywhere.letter().email_confirmed_at == confirmed_at
    assert anywhere.events() == [(EventKind.EMAIL_CONFIRMED, "")]


def test_the_desk_sees_that_the_address_is_confirmed_and_when(anywhere: Writer, editor_id: int) -> None:
    assert editor_id
    editor = Visitor(anywhere.app)
    editor.open("/desk/login")
    editor.send({"email": "dana@example.com", "password": PASSWORD})
    proofs = editor.open(f"/desk/letters/{anywhere.reference}").all(".proofs li")
    assert proofs[0].startswith("E-mail address confirmed: not yet")
    anywhere.visitor.open(anywhere.link)
    anywhere.visitor.send({})
    page = editor.open(f"/desk/letters/{anywhere.reference}")
    confirmed_at = anywhere.letter().email_confirmed_at
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
def test_a_link_that_proves_nothing_leads_to_a_new_one(
    writer: Writer, spoil: Callable[[Writer], str]
) -> None:
    link = spoil(writer)
    page = writer.visitor.open(link)
    assert page.status == 410
    assert "You can ask for a new one below." in page.all("#summary")[0]
    assert "send-confirmation" in forms(page)
    posted = writer.visitor.client.post(link, data=page.typed())
    assert posted.status_code == 410
    assert writer.letter().email_confirmed_at is None
    assert "The message is on its way to you." in writer.press("send-confirmation").text


@pytest.mark.parametrize("spoil", [tamper, take_from_another, change_address])
def test_an_old_link_to_a_letter_that_is_confirmed_just_shows_it(
    writer: Writer, spoil: Callable[[Writer], str]
) -> None:
    asked = writer.visitor.open(writer.link).typed()
    writer.visitor.send({})
    confirmed_at = writer.letter().email_confirmed_at
    link = spoil(writer)
    page = writer.visitor.open(link)
    assert (page.status, page.all("#summary"), forms(page)) == (200, [], {"withdraw"})
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
def test_the_page_says_no_more_than_became_of_the_link(
    anywhere: Writer, outcomes: list[MessageState], said: str
) -> None:
    for number, outcome in enumerate(outcomes):
        if number:
            anywhere.open()
            anywhere.press("send-confirmation")
        for claimed in lease_due(anywhere.store, now=now(), most=9):
            if outcome is MessageState.SENT:
                record_delivery(anywhere.store, claimed, server_words="250 OK", now=now())
            else:
                record_refusal(anywhere.store, claimed, server_words="550 No such mailbox")
    assert said in anywhere.open().text
    assert "550" not in anywhere.open().text


def test_a_link_that_was_called_back_is_not_promised(anywhere: Writer, editor_id: int) -> None:
    (receipt,) = anywhere.messages(MessageKind.RECEIPT)
    with anywhere.store.transaction() as session:
        assert cancel_message(session, receipt.id, editor_id=editor_id, now=now())
    page = anywhere.open()
    assert "Not confirmed yet. Send the message again" in page.text
    assert "send-confirmation" in forms(page)


def test_the_message_is_sent_again_some_times_a_day_and_nothing_is_lost(anywhere: Writer) -> None:
    anywhere.open()
    for _ in range(CONFIRMATIONS_A_DAY):
        assert anywhere.press("send-confirmation").status == 200
    page = anywhere.press("send-confirmation")
    assert page.status == 429
    assert "several times today" in page.all("#summary")[0]
    assert page.all(".letter-body p") == BODY.split("\n\n")
    messages = anywhere.messages(MessageKind.CONFIRMATION)
    assert len(messages) == CONFIRMATIONS_A_DAY
    assert {message.recipient for message in messages} == {"tai-man@example.com"}
    assert all(f"{anywhere.page}/confirm/" in message.text_body for message in messages)


def test_a_papers_delay_holds_for_the_message_that_is_sent_again(store: Database) -> None:
    slow = dataclasses.replace(HERALD, message_delays={MessageKind.CONFIRMATION: 7})
    writer = Writer(store, slow)
    writer.open()
    writer.press("send-confirmation")
    (message,) = writer.messages(MessageKind.CONFIRMATION)
    assert (message.due_at - message.created_at).total_seconds() == 7 * 60


@pytest.mark.parametrize("state", [State.PUBLISHED, State.DECLINED, State.WITHDRAWN])
def test_nothing_is_sent_again_when_it_makes_no_difference(writer: Writer, state: State) -> None:
    writer.open()
    writer.put_into(state)
    assert writer.press("send-confirmation").status == 200
    assert writer.messages(MessageKind.CONFIRMATION) == []
    assert "send-confirmation" not in forms(writer.open())


def test_a_letter_that_waits_for_its_confirmation_says_so(store: Database) -> None:
    writer = Writer(store, STRICT)
    assert UNCONFIRMED in writer.open().text
    writer.visitor.open(writer.link)
    assert WAITING in writer.visitor.send({}).text


@pytest.mark.parametrize("how", ["withdrawn", "lapsed"])
def test_a_letter_that_went_unconfirmed_is_not_brought_back_by_its_link(store: Database, how: str) -> None:
    writer = Writer(store, STRICT)
    asked = writer.visitor.open(writer.link).typed()
    if how == "withdrawn":
        writer.open()
        writer.press("withdraw")
    else:
        writer.put_into(State.WITHDRAWN)
    page = writer.visitor.open(writer.link)
    assert (page.status, forms(page)) == (200, set())
    assert WITHDRAWN in page.text
    writer.visitor.client.post(writer.link, data=asked)
    assert WITHDRAWN in writer.open().text
    assert not writer.letter().in_queue
