"""What becomes of a message at a mail server that takes it, refuses it, stalls, or hangs up."""

import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.messages.mail_server import DROP, GREYLISTED, HOST, STALL, PostOffice, Step
from webapp.messages import smtp
from webapp.messages.smtp import (
    Connection,
    DeferredError,
    MailAddressError,
    MailServer,
    RejectedError,
    ServerAwayError,
)

SENDER = "letters@harbourherald.example"
WRITER = "tai-man@example.com"


def mail(text: str = "Thank you.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "We have your letter"
    message.set_content(text)
    return message


def server_of(office: PostOffice) -> MailServer:
    return MailServer.from_url(office.url)


@pytest.fixture
def connection(office: PostOffice) -> Iterator[Connection]:
    opened = Connection(server_of(office))
    yield opened
    opened.close()


def send(connection: Connection, recipient: str = WRITER) -> str:
    return connection.send(mail(), sender=SENDER, recipient=recipient)


def test_a_message_arrives_as_it_was_sent(office: PostOffice, connection: Connection) -> None:
    dotted = mail(".\n..\n.a line that begins with a dot\n\n.")
    assert connection.send(dotted, sender=SENDER, recipient=WRITER) == "250 OK"
    (delivered,) = office.delivered
    assert (delivered.sender, delivered.recipient) == (SENDER, WRITER)
    assert delivered.content.replace(b"\r\n", b"\n") == dotted.as_bytes()


def test_one_connection_carries_many_messages(office: PostOffice, connection: Connection) -> None:
    for number in range(50):
        send(connection, f"writer-{number}@example.com")
    assert (office.connections, len(office.delivered)) == (1, 50)


@pytest.mark.parametrize("step", [Step.SENDER, Step.RECIPIENT, Step.DATA, Step.END])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 No such mailbox", RejectedError),
        ("554 5.7.1 Looks like junk", RejectedError),
        ("451 4.3.0 Not now", DeferredError),
        ("452 4.2.2 Mailbox full", DeferredError),
    ],
)
def test_a_refusal_is_told_with_the_servers_words_and_the_next_message_goes_out(
    office: PostOffice, connection: Connection, step: Step, answer: str, outcome: type[Exception]
) -> None:
    office.will(step, answer)
    with pytest.raises(outcome) as refusal:
        send(connection)
    assert str(refusal.value) == answer
    send(connection)
    assert (office.connections, len(office.delivered)) == (1, 1)


def test_a_greylisting_server_takes_the_message_the_second_time(
    office: PostOffice, connection: Connection
) -> None:
    office.greylists = True
    with pytest.raises(DeferredError, match=GREYLISTED[:10]):
        send(connection)
    assert send(connection) == "250 OK"


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("behaviour", [STALL, DROP, "421 4.3.2 Shutting down"])
@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (Step.SENDER, ServerAwayError),
        (Step.RECIPIENT, DeferredError),
        (Step.DATA, DeferredError),
        (Step.MIDDLE, DeferredError),
        (Step.END, DeferredError),
    ],
)
def test_a_broken_conversation_is_not_gone_on_with(
    office: PostOffice, step: Step, behaviour: str, outcome: type[Exception]
) -> None:
    connection = Connection(server_of(office))
    office.will(step, behaviour)
    with pytest.raises(outcome):
        send(connection)
    assert not connection.is_open
    with pytest.raises(ServerAwayError, match="closed"):
        send(connection)
    again = Connection(server_of(office))
    assert send(again) == "250 OK"
    again.close()


def test_a_server_that_looks_at_a_message_for_long_is_waited_for(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWER_WITHIN", 0.2)
    connection = Connection(server_of(office))
    office.pause_before_the_end = 0.5
    assert send(connection) == "250 OK"
    connection.close()
    assert len(office.delivered) == 1


def test_a_server_that_wants_a_sign_in_first_is_no_fault_of_the_message(
    office: PostOffice, connection: Connection
) -> None:
    office.will(Step.SENDER, "530 5.7.0 Authentication required")
    with pytest.raises(ServerAwayError, match="Authentication required"):
        send(connection)


def test_a_recipient_for_whom_it_wants_a_sign_in_is_tried_again_and_holds_nobody_up(
    office: PostOffice, connection: Connection
) -> None:
    office.will(Step.RECIPIENT, "530 5.7.0 Authentication required to relay")
    with pytest.raises(DeferredError, match="to relay"):
        send(connection)
    assert send(connection) == "250 OK"
    assert office.connections == 1


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize("behaviour", [STALL, DROP])
def test_a_server_that_does_not_greet_is_away(office: PostOffice, behaviour: str) -> None:
    office.will(Step.HELLO, behaviour)
    with pytest.raises(ServerAwayError):
        Connection(server_of(office))


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize(
    "greeting", [b"554 5.3.2 Go away\r\n", b"421 Busy\r\n", b"HTTP/1.1 400 Bad\r\n", b""]
)
def test_whatever_else_answers_at_the_port_is_away(greeting: bytes) -> None:
    with socket.create_server((HOST, 0)) as listening:

        def greet() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.sendall(greeting)

        greeter = threading.Thread(target=greet)
        greeter.start()
        with pytest.raises(ServerAwayError):
            Connection(MailServer(scheme="smtp", host=HOST, port=listening.getsockname()[1]))
        greeter.join()


def test_nobody_at_the_port_is_away() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ServerAwayError, match="refused"):
        Connection(MailServer(scheme="smtp", host=HOST, port=port))


def test_an_address_beyond_ascii_is_written_to_where_the_server_can(
    office: PostOffice, connection: Connection
) -> None:
    send(connection, "大文@example.com")
    send(connection)
    assert [each.recipient for each in office.delivered] == ["大文@example.com", WRITER]
    office.knows_unicode = False
    other = Connection(server_of(office))
    with pytest.raises(RejectedError, match="beyond ASCII"):
        send(other, "大文@example.com")
    assert send(other) == "250 OK"
    other.close()


@pytest.mark.parametrize(
    ("url", "scheme", "port"),
    [
        ("smtp://mail.example.com", "smtp", 25),
        ("smtp+starttls://mail.example.com", "smtp+starttls", 587),
        ("smtps://mail.example.com", "smtps", 465),
        ("smtps://mail.example.com:2465", "smtps", 2465),
    ],
)
def test_a_server_is_read_from_a_url(url: str, scheme: str, port: int) -> None:
    assert MailServer.from_url(url) == MailServer(scheme=scheme, host="mail.example.com", port=port)


def test_a_sign_in_is_read_from_a_url_and_never_shown() -> None:
    server = MailServer.from_url("smtps://letters%40herald:p%2Fss%20w%3Ard@mail.example.com")
    assert (server.user, server.password) == ("letters@herald", "p/ss w:rd")
    assert "p/ss" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com:99999",
        "smtp://herald:hunter²@mail.example.com",
    ],
)
def test_what_names_no_server_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(MailAddressError) as refused:
        MailServer.from_url(url)
    assert "hunter" not in str(refused.value)
