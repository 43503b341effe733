"""SMTP client: a mail server that accepts, rejects, defers, stalls or disconnects; URLs of mail servers."""

import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.messages.mail_server import DROP, GREYLISTED, HOST, STALL, LocalMailServer, Step
from webapp.messages import smtp
from webapp.messages.smtp import (
    DeferredError,
    MailAddressError,
    MailServer,
    RejectedError,
    ServerAwayError,
    SmtpConnection,
)

SENDER = "letters@harbourherald.example"
RECIPIENT = "tai-man@example.com"


def mail(text: str = "Thank you.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "We have your letter"
    message.set_content(text)
    return message


def settings_of(mail_server: LocalMailServer) -> MailServer:
    return MailServer.from_url(mail_server.url)


@pytest.fixture
def connection(mail_server: LocalMailServer) -> Iterator[SmtpConnection]:
    opened = SmtpConnection(settings_of(mail_server))
    yield opened
    opened.close()


def send(connection: SmtpConnection, recipient: str = RECIPIENT) -> str:
    return connection.send(mail(), sender=SENDER, recipient=recipient)


def test_a_message_arrives_as_it_was_sent(mail_server: LocalMailServer, connection: SmtpConnection) -> None:
    dotted = mail(".\n..\n.a line that begins with a dot\n\n.")
    assert connection.send(dotted, sender=SENDER, recipient=RECIPIENT) == "250 OK"
    (delivered,) = mail_server.delivered
    assert (delivered.sender, delivered.recipient) == (SENDER, RECIPIENT)
    assert delivered.content.replace(b"\r\n", b"\n") == dotted.as_bytes()


def test_one_connection_carries_many_messages(
    mail_server: LocalMailServer, connection: SmtpConnection
) -> None:
    for number in range(50):
        send(connection, f"writer-{number}@example.com")
    assert (mail_server.connections, len(mail_server.delivered)) == (1, 50)


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
def test_an_error_has_the_servers_reply_and_the_next_message_is_sent(
    mail_server: LocalMailServer,
    connection: SmtpConnection,
    step: Step,
    answer: str,
    outcome: type[Exception],
) -> None:
    mail_server.reply_with(step, answer)
    with pytest.raises(outcome) as refusal:
        send(connection)
    assert str(refusal.value) == answer
    send(connection)
    assert (mail_server.connections, len(mail_server.delivered)) == (1, 1)


def test_a_greylisting_server_defers_the_first_attempt(
    mail_server: LocalMailServer, connection: SmtpConnection
) -> None:
    mail_server.greylists = True
    with pytest.raises(DeferredError, match=GREYLISTED[:10]):
        send(connection)
    assert send(connection) == "250 OK"


@pytest.mark.usefixtures("short_smtp_timeouts")
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
def test_a_broken_connection_is_not_used_again(
    mail_server: LocalMailServer, step: Step, behaviour: str, outcome: type[Exception]
) -> None:
    connection = SmtpConnection(settings_of(mail_server))
    mail_server.reply_with(step, behaviour)
    with pytest.raises(outcome):
        send(connection)
    assert not connection.is_open
    with pytest.raises(ServerAwayError, match="closed"):
        send(connection)
    again = SmtpConnection(settings_of(mail_server))
    assert send(again) == "250 OK"
    again.close()


def test_the_final_reply_has_a_longer_timeout(
    mail_server: LocalMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "REPLY_TIMEOUT", 0.2)
    connection = SmtpConnection(settings_of(mail_server))
    mail_server.delay_before_final_reply = 0.5
    assert send(connection) == "250 OK"
    connection.close()
    assert len(mail_server.delivered) == 1


def test_required_authentication_counts_as_server_away(
    mail_server: LocalMailServer, connection: SmtpConnection
) -> None:
    mail_server.reply_with(Step.SENDER, "530 5.7.0 Authentication required")
    with pytest.raises(ServerAwayError, match="Authentication required"):
        send(connection)


def test_a_recipient_that_requires_authentication_is_deferred(
    mail_server: LocalMailServer, connection: SmtpConnection
) -> None:
    mail_server.reply_with(Step.RECIPIENT, "530 5.7.0 Authentication required to relay")
    with pytest.raises(DeferredError, match="to relay"):
        send(connection)
    assert send(connection) == "250 OK"
    assert mail_server.connections == 1


@pytest.mark.usefixtures("short_smtp_timeouts")
@pytest.mark.parametrize("behaviour", [STALL, DROP])
def test_a_server_without_a_greeting_is_away(mail_server: LocalMailServer, behaviour: str) -> None:
    mail_server.reply_with(Step.HELLO, behaviour)
    with pytest.raises(ServerAwayError):
        SmtpConnection(settings_of(mail_server))


@pytest.mark.usefixtures("short_smtp_timeouts")
@pytest.mark.parametrize(
    "greeting", [b"554 5.3.2 Go away\r\n", b"421 Busy\r\n", b"HTTP/1.1 400 Bad\r\n", b""]
)
def test_a_server_with_another_protocol_or_greeting_is_away(greeting: bytes) -> None:
    with socket.create_server((HOST, 0)) as listening:

        def greet() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.sendall(greeting)

        greeter = threading.Thread(target=greet)
        greeter.start()
        with pytest.raises(ServerAwayError):
            SmtpConnection(MailServer(scheme="smtp", host=HOST, port=listening.getsockname()[1]))
        greeter.join()


def test_a_closed_port_is_away() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ServerAwayError, match="refused"):
        SmtpConnection(MailServer(scheme="smtp", host=HOST, port=port))


def test_a_non_ascii_address_needs_a_server_with_smtputf8(
    mail_server: LocalMailServer, connection: SmtpConnection
) -> None:
    send(connection, "大文@example.com")
    send(connection)
    assert [each.recipient for each in mail_server.delivered] == ["大文@example.com", RECIPIENT]
    mail_server.offers_smtputf8 = False
    other = SmtpConnection(settings_of(mail_server))
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
def test_scheme_host_and_port_are_read_from_a_url(url: str, scheme: str, port: int) -> None:
    assert MailServer.from_url(url) == MailServer(scheme=scheme, host="mail.example.com", port=port)


def test_credentials_are_read_from_a_url_and_not_shown_in_the_repr() -> None:
    server = MailServer.from_url("smtps://letters%40herald:p%2Fss%20w%3Ard@mail.example.com")
    assert (server.user, server.password) == ("letters@herald", "p/ss w:rd")
    assert "p/ss" not in repr(server)


@pytest.mark.parametrize("password", ["p@ss", "p:ss", "p@s:s", "p%ss"])
def test_a_user_may_be_an_address_and_the_host_stands_after_the_last_at_sign(password: str) -> None:
    server = MailServer.from_url(f"smtps://letters@example.com:{password}@mail.example.com/")
    assert (server.user, server.password) == ("letters@example.com", password)
    assert server.host == "mail.example.com"


@pytest.mark.parametrize("mark", ["/", "?", "#", "[", "]", " ", "\t", "25/", "25#", "25?"])
def test_a_password_that_would_change_the_host_is_refused_with_how_to_write_it(mark: str) -> None:
    with pytest.raises(MailAddressError, match="percent-encoded") as refused:
        MailServer.from_url(f"smtp://relay:{mark}hunter2@mail.example.com")
    assert "hunter" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.com/hunter2",
        "smtp://mail.example.com?hunter2",
        "smtp://mail.example.com#hunter2",
        "smtp://letters:hunter2",
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com:99999",
        "smtp://herald:hunter²@mail.example.com",
    ],
)
def test_an_invalid_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(MailAddressError) as refused:
        MailServer.from_url(url)
    assert "hunter" not in str(refused.value)
