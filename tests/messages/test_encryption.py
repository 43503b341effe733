"""SMTP with TLS and authentication: certificates, STARTTLS, wrong or missing credentials."""

import ssl

import pytest
import trustme

from tests.messages.conftest import context_for
from tests.messages.mail_server import HOST, LocalMailServer, running_mail_server
from tests.messages.test_smtp import send
from webapp.messages.smtp import MailServer, ServerAwayError, SmtpConnection

NAME, PASSWORD = "letters", "correct horse"
ENCRYPTED = ("smtps", "smtp+starttls")


def connect(mail_server: LocalMailServer, *, password: str = "", scheme: str = "") -> SmtpConnection:
    server = MailServer(
        scheme=scheme or mail_server.scheme,
        host=HOST,
        port=mail_server.port,
        user=NAME if password else "",
        password=password,
    )
    return SmtpConnection(server)


@pytest.mark.usefixtures("trusted_authority")
@pytest.mark.parametrize("scheme", ENCRYPTED)
def test_messages_are_sent_encrypted_to_a_trusted_server(scheme: str, server_context: ssl.SSLContext) -> None:
    with running_mail_server(scheme, server_context) as mail_server:
        connection = connect(mail_server)
        assert [send(connection), send(connection)] == ["250 OK", "250 OK"]
        connection.close()
        assert mail_server.connections == 1


@pytest.mark.parametrize("scheme", ENCRYPTED)
def test_a_server_with_an_untrusted_certificate_gets_neither_password_nor_message(
    scheme: str, server_context: ssl.SSLContext
) -> None:
    with running_mail_server(scheme, server_context, (NAME, PASSWORD)) as mail_server:
        with pytest.raises(ServerAwayError, match="CERTIFICATE_VERIFY_FAILED"):
            connect(mail_server, password=PASSWORD)
        assert (mail_server.logins, mail_server.delivered) == (0, ())


@pytest.mark.usefixtures("trusted_authority")
@pytest.mark.parametrize("scheme", ENCRYPTED)
def test_a_server_with_a_certificate_for_another_name_is_refused(
    scheme: str, certificate_authority: trustme.CA
) -> None:
    with (
        running_mail_server(scheme, context_for(certificate_authority, "other.example.com")) as mail_server,
        pytest.raises(ServerAwayError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        connect(mail_server)


def test_no_password_is_sent_to_a_server_without_encryption() -> None:
    with running_mail_server(credentials=(NAME, PASSWORD)) as mail_server:
        with pytest.raises(ServerAwayError, match="STARTTLS"):
            connect(mail_server, password=PASSWORD, scheme="smtp+starttls")
        with pytest.raises(ServerAwayError):
            connect(mail_server, password=PASSWORD, scheme="smtps")
        assert mail_server.logins == 0


@pytest.mark.usefixtures("trusted_authority")
def test_authentication_lets_messages_through(server_context: ssl.SSLContext) -> None:
    with running_mail_server("smtp+starttls", server_context, (NAME, PASSWORD)) as mail_server:
        connection = connect(mail_server, password=PASSWORD)
        assert send(connection) == "250 OK"
        connection.close()


def test_a_wrong_or_missing_password_counts_as_server_away_not_as_rejection() -> None:
    with running_mail_server(credentials=(NAME, PASSWORD)) as mail_server:
        with pytest.raises(ServerAwayError) as refused:
            connect(mail_server, password="wrong one")
        assert "535" in str(refused.value)
        assert "wrong one" not in str(refused.value)
        connection = connect(mail_server)
        with pytest.raises(ServerAwayError, match="530"):
            send(connection)
        assert not connection.is_open


def test_a_server_without_auth_is_away_for_a_client_with_a_password(mail_server: LocalMailServer) -> None:
    mail_server.offers_auth = False
    with pytest.raises(ServerAwayError, match="AUTH"):
        connect(mail_server, password=PASSWORD)
