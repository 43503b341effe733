"""Mail servers that encrypt and that want a sign-in."""

import ssl

import pytest
import trustme

from tests.messages.conftest import context_for
from tests.messages.mail_server import HOST, PostOffice, running_post_office
from tests.messages.test_smtp import send
from webapp.messages.smtp import Connection, MailServer, ServerAwayError

NAME, PASSWORD = "letters", "correct horse"


ENCRYPTED = ("smtps", "smtp+starttls")


def connect(office: PostOffice, *, password: str = "", scheme: str = "") -> Connection:
    server = MailServer(
        scheme=scheme or office.scheme,
        host=HOST,
        port=office.port,
        user=NAME if password else "",
        password=password,
    )
    return Connection(server)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ENCRYPTED)
def test_a_server_that_the_machine_trusts_is_talked_to_in_secret(
    scheme: str, server_context: ssl.SSLContext
) -> None:
    with running_post_office(scheme, server_context) as office:
        connection = connect(office)
        assert [send(connection), send(connection)] == ["250 OK", "250 OK"]
        connection.close()
        assert office.connections == 1


@pytest.mark.parametrize("scheme", ENCRYPTED)
def test_a_server_that_nobody_vouches_for_gets_nothing(scheme: str, server_context: ssl.SSLContext) -> None:
    with running_post_office(scheme, server_context, (NAME, PASSWORD)) as office:
        with pytest.raises(ServerAwayError, match="CERTIFICATE_VERIFY_FAILED"):
            connect(office, password=PASSWORD)
        assert (office.sign_ins, office.delivered) == (0, ())


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ENCRYPTED)
def test_a_server_under_another_name_gets_nothing(scheme: str, authority: trustme.CA) -> None:
    with (
        running_post_office(scheme, context_for(authority, "other.example.com")) as office,
        pytest.raises(ServerAwayError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        connect(office)


def test_a_server_that_does_not_offer_encryption_gets_no_password_in_the_clear() -> None:
    with running_post_office(sign_in=(NAME, PASSWORD)) as office:
        with pytest.raises(ServerAwayError, match="STARTTLS"):
            connect(office, password=PASSWORD, scheme="smtp+starttls")
        with pytest.raises(ServerAwayError):
            connect(office, password=PASSWORD, scheme="smtps")
        assert office.sign_ins == 0


@pytest.mark.usefixtures("trusted")
def test_a_sign_in_opens_the_server(server_context: ssl.SSLContext) -> None:
    with running_post_office("smtp+starttls", server_context, (NAME, PASSWORD)) as office:
        connection = connect(office, password=PASSWORD)
        assert send(connection) == "250 OK"
        connection.close()


def test_a_wrong_password_and_none_are_no_fault_of_the_message() -> None:
    with running_post_office(sign_in=(NAME, PASSWORD)) as office:
        with pytest.raises(ServerAwayError) as refused:
            connect(office, password="wrong one")
        assert "535" in str(refused.value)
        assert "wrong one" not in str(refused.value)
        connection = connect(office)
        with pytest.raises(ServerAwayError, match="530"):
            send(connection)
        assert not connection.is_open


def test_a_server_that_knows_no_sign_in_is_away(office: PostOffice) -> None:
    office.offers_sign_in = False
    with pytest.raises(ServerAwayError, match="AUTH"):
        connect(office, password=PASSWORD)
