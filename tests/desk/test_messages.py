"""The desk's pages of messages: states, one message, retry of dead messages, and redaction."""

import dataclasses

import pytest
from flask import Flask
from sqlalchemy import text

from tests.messages.sample_messages import enqueue, enqueue_many, outgoing, stored_messages
from tests.pages import Visitor
from tests.reader.letter_writer import Writer
from tests.samples import PASSWORD
from webapp.accounts.administration import add_editor
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.messages.leases_and_retries import lease_due, record_delivery, record_rejection
from webapp.messages.smtp import MailServer
from webapp.rules.enums import MessageKind
from webapp.store.database import Database
from webapp.store.models import MessageState, Role
from webapp.store.seal import KEY_BYTES, Seal

NO_SERVER = "No mail server is set up. Messages wait here until there is one."
DEMONSTRATION = "This is a demonstration: messages are shown here and never sent."
SERVER = MailServer.from_url("smtp://mail.example.com")


def signed_in_editor(app: Flask) -> Visitor:
    visitor = Visitor(app)
    visitor.open("/desk/login")
    visitor.send({"email": "dana@example.com", "password": PASSWORD})
    return visitor


def _make_dana(store: Database) -> None:
    add_editor(store, email="dana@example.com", name="Dana", role=Role.EDITOR, password=PASSWORD, now=now())


def refuse_all(store: Database, words: str = "550 5.1.1 No such mailbox") -> None:
    for claimed in lease_due(store, now=now(), limit=99):
        record_rejection(store, claimed, server_words=words)


@pytest.mark.usefixtures("dana")
@pytest.mark.parametrize(
    ("changes", "notice"),
    [
        ({}, [NO_SERVER]),
        ({"mail_server": SERVER}, []),
        ({"is_demo": True}, [DEMONSTRATION]),
        ({"is_demo": True, "mail_server": SERVER}, [DEMONSTRATION]),
    ],
)
def test_the_list_says_if_no_message_is_sent(
    settings: Settings, sqlite: Database, changes: dict[str, MailServer | bool], notice: list[str]
) -> None:
    app = create_app(dataclasses.replace(settings, **changes), sqlite)  # type: ignore[arg-type] # by its name
    assert signed_in_editor(app).open("/desk/messages").all(".draft-note") == notice


def test_readyz_reports_the_counts_of_messages(app: Flask, settings: Settings, sqlite: Database) -> None:
    enqueue_many(sqlite, 3)
    refused, _ = lease_due(sqlite, now=now(), limit=2)
    record_rejection(sqlite, refused, server_words="550 No")
    mail = app.test_client().get("/readyz").get_json()["mail"]
    assert mail == {"configured": False, "waiting": 2, "dead": 1}
    connected = create_app(dataclasses.replace(settings, mail_server=SERVER), sqlite)
    assert connected.test_client().get("/readyz").get_json()["mail"]["configured"] is True


def test_a_waiting_message_is_shown_as_it_will_be_sent(dana: Visitor, sqlite: Database) -> None:
    enqueue(sqlite, outgoing(sender="香港先驅報 <letters@hkherald.example>", text_body="<b>Thank</b> you"))
    page = dana.open("/desk/messages")
    assert page.all("tbody .what") == ["We have your letter – The Harbour Herald"]
    assert page.all("tbody .who") == ["tai-man@example.com"], "it is about no letter"
    page = dana.open(str(page.one("tbody a")["href"]))
    assert page.all(".mail-text") == ["<b>Thank</b> you"]
    assert "香港先驅報 <letters@hkherald.example>" in page.text
    assert not page.soup.select("form[action$=try-again]")


@pytest.mark.parametrize(("is_demo", "links"), [(False, 0), (True, 2)])
def test_links_to_own_pages_are_redacted_except_in_a_demonstration(
    sqlite: Database, settings: Settings, *, is_demo: bool, links: int
) -> None:
    writer = Writer(sqlite)
    app = create_app(dataclasses.replace(settings, is_demo=is_demo), sqlite)
    _make_dana(sqlite)
    editor = signed_in_editor(app)
    page = editor.open(f"/desk/messages/{stored_messages(sqlite)[0].id}")
    assert page.response.text.count(writer.token) == links
    (text,) = page.all(".mail-text")
    assert ("/confirm/" in text) == is_demo
    assert ("/letters/… Here you can see" in text) != is_demo
    assert "In praise of slowness" in text


def test_times_are_those_of_the_paper(dana: Visitor, sqlite: Database) -> None:
    Writer(sqlite)
    enqueue(sqlite, outgoing())
    assert dana.open("/desk/messages").all("tbody time") == ["14 Mar 2026, 20:00"] * 2


def test_a_dead_message_is_shown_with_the_servers_reply_and_can_be_retried(
    dana: Visitor, sqlite: Database
) -> None:
    enqueue(sqlite, outgoing())
    refuse_all(sqlite)
    page = dana.open("/desk/messages?state=dead")
    assert "550 5.1.1 No such mailbox" in page.all("tbody .what")[0]
    page = dana.open(str(page.one("tbody a")["href"]))
    assert "550 5.1.1 No such mailbox" in page.all("dl")[0]
    page = dana.send({})
    assert (page.status, page.all("form button")[-1]) == (200, "Stop the message")
    (message,) = stored_messages(sqlite)
    assert (message.state, message.attempts) == (MessageState.WAITING, 0)
    assert len(lease_due(sqlite, now=now(), limit=9)) == 1


def test_all_dead_messages_can_be_retried_at_once(dana: Visitor, sqlite: Database) -> None:
    assert not dana.open("/desk/messages?state=dead").soup.select("main form")
    enqueue_many(sqlite, 3)
    refuse_all(sqlite)
    assert not dana.open("/desk/messages").soup.select("main form")
    page = dana.open("/desk/messages?state=dead")
    assert page.all("main form button") == ["Try all again"]
    assert len(dana.send({}).all("tbody .what")) == 3
    assert dana.client.post("/desk/messages/try-again").status_code == 400


@pytest.mark.parametrize(("role", "seen"), [(Role.EDITOR, 1), (Role.CHIEF, 2)])
def test_account_messages_are_counted_for_and_retried_by_chiefs_only(
    app: Flask, sqlite: Database, role: Role, seen: int
) -> None:
    enqueue(sqlite, outgoing())
    enqueue(sqlite, outgoing(kind=MessageKind.INVITATION))
    refuse_all(sqlite)
    add_editor(sqlite, email="dana@example.com", name="Dana", role=role, password=PASSWORD, now=now())
    page = signed_in_editor(app).open("/desk/messages?state=dead")
    assert page.one('[aria-current="page"] .number').get_text() == str(seen)
    visitor = signed_in_editor(app)
    visitor.open("/desk/messages?state=dead")
    assert len(visitor.send({}).all("tbody .what")) == seen
    dead = [each for each in stored_messages(sqlite) if each.state is MessageState.DEAD]
    assert len(dead) == 2 - seen


def test_a_second_retry_is_refused(dana: Visitor, sqlite: Database) -> None:
    enqueue(sqlite, outgoing())
    refuse_all(sqlite)
    address = f"/desk/messages/{stored_messages(sqlite)[0].id}"
    fields = dana.open(address).typed()
    assert dana.client.post(f"{address}/try-again").status_code == 400
    assert dana.client.post(f"{address}/try-again", data=fields).status_code == 303
    (claimed,) = lease_due(sqlite, now=now(), limit=9)
    record_delivery(sqlite, claimed, server_words="250 OK", now=now())
    assert dana.client.post(f"{address}/try-again", data=fields).status_code == 409
    assert stored_messages(sqlite)[0].state is MessageState.SENT


def test_the_list_has_pages(dana: Visitor, sqlite: Database) -> None:
    enqueue_many(sqlite, 101)
    page = dana.open("/desk/messages")
    seen = page.all("tbody .who")
    for _ in range(2):
        page = dana.open(str(page.one("a[rel=next]")["href"]))
        seen += page.all("tbody .who")
    assert len(seen) == len(set(seen)) == 101
    assert not page.soup.select("a[rel=next]")


@pytest.mark.parametrize("number", ["0", "999", str(2**63), "9" * 40])
def test_an_unknown_message_is_not_found(dana: Visitor, sqlite: Database, number: str) -> None:
    enqueue(sqlite, outgoing())
    refuse_all(sqlite)
    fields = dana.open(f"/desk/messages/{stored_messages(sqlite)[0].id}").typed()
    assert dana.client.get(f"/desk/messages/{number}").status_code == 404
    assert dana.client.post(f"/desk/messages/{number}/try-again", data=fields).status_code in {404, 409}


@pytest.mark.parametrize(
    ("query", "status"),
    [("state=nonsense", 200), ("before=x", 200), ("before=-1", 200), (f"before={'9' * 40}", 404)],
)
def test_invalid_parameters_are_ignored_or_not_found(dana: Visitor, query: str, status: int) -> None:
    assert dana.open(f"/desk/messages?{query}").status == status


@pytest.mark.parametrize("around", ["<{}>: Recipient rejected", "no such user {}", "'{}' unknown", "to:{};"])
def test_addresses_in_a_mail_servers_reply_are_masked(dana: Visitor, sqlite: Database, around: str) -> None:
    Writer(sqlite)
    refuse_all(sqlite, "550 " + around.format("tai-man@example.com"))
    page = dana.open("/desk/messages?state=dead")
    for shown in (page, dana.open(str(page.one("td.what a")["href"]))):
        assert around.format("t…@example.com") in shown.text
        assert "tai-man@" not in shown.response.text.partition("<pre")[0]


@pytest.fixture
def unopened(sqlite: Database) -> int:
    """The number of a message that none of the keys opens, beside one that they do."""
    enqueue_many(sqlite, 2)
    number = stored_messages(sqlite)[0].id
    other = Seal([bytes(KEY_BYTES)])
    with sqlite.transaction() as session:
        session.execute(
            text(
                "UPDATE messages SET recipient = :to, text_body = :body, server_words = :words WHERE id = :id"
            ),
            {
                "to": other.close(b"jo@example.com", "recipient"),
                "body": other.close(b"Dear Jo", "message"),
                "words": other.close(b"250", "server words"),
                "id": number,
            },
        )
    return number


def test_a_message_that_no_key_opens_is_listed_beside_the_others(dana: Visitor, unopened: int) -> None:
    page = dana.open("/desk/messages")
    assert (page.status, page.all("td.who")) == (200, ["writer-1@example.com", "can’t be opened"])
    page = dana.open(f"/desk/messages/{unopened}")
    assert page.status == 200
    assert "The text can’t be opened" in page.text


def test_a_message_that_no_key_opens_can_be_stopped_and_stays_sealed(
    dana: Visitor, unopened: int, sqlite: Database
) -> None:
    query = text("SELECT recipient FROM messages WHERE id = :id")
    with sqlite.snapshot() as session:
        before = session.scalar(query, {"id": unopened})
    dana.open(f"/desk/messages/{unopened}")
    dana.send({}, to="call-back")
    with sqlite.snapshot() as session:
        assert session.scalar(query, {"id": unopened}) == before
        state = session.scalar(text("SELECT state FROM messages WHERE id = :id"), {"id": unopened})
    assert state == MessageState.CALLED_BACK
