"""Local mail server for tests (aiosmtpd): keeps messages; sends errors, stalls or disconnects on demand."""

import asyncio
import socket
import ssl
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum, auto

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthenticatorType, AuthResult, Envelope, LoginPassword, Session

WAIT_SECONDS = 30
HOST = "127.0.0.1"
STALL = "stall"
"""A reply that means: send nothing more, and leave the connection open."""
DROP = "drop"
"""A reply that means: close the connection without a reply."""
GREYLISTED = "451 4.7.1 Greylisted, please try again later"
_OK = "250 OK"


class Step(StrEnum):
    """The steps of an SMTP session at which a reply can be set."""

    HELLO = auto()
    SENDER = auto()
    RECIPIENT = auto()
    DATA = auto()
    MIDDLE = auto()
    """After 354, while the client sends the message."""
    END = auto()
    """After the whole message was received."""


@dataclass(frozen=True)
class Delivered:
    """A message that the server received completely; it may not have confirmed it.

    Attributes:
        sender: Envelope sender.
        recipient: Envelope recipient.
        content: Headers and body, as received.
        connection: The number of the connection, counted from 1.
    """

    sender: str
    recipient: str
    content: bytes
    connection: int

    @property
    def mail(self) -> EmailMessage:
        """The parsed message."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self) -> str:
        """The Message-ID header, with angle brackets."""
        return str(self.mail["Message-ID"])


class LocalMailServer:
    """The messages that a local mail server received, and how it behaves.

    Attributes:
        scheme: URL scheme: ``smtp``, ``smtp+starttls`` or ``smtps``.
        port: TCP port on `HOST`.
        greylists: Whether the first attempt for each recipient gets the reply `GREYLISTED`.
        offers_smtputf8: Whether EHLO announces SMTPUTF8.
        offers_auth: Whether EHLO announces AUTH.
        delay_before_final_reply: Seconds between receiving a message and the reply to it.
        logins: Attempts to authenticate.
        closed_connections: Connections that have ended.
        on_received: Called when a message was received, before the delay.
        on_delivered: Called when a message was added to `delivered`.
    """

    def __init__(self, scheme: str, credentials: tuple[str, str] | None) -> None:
        """Require these credentials (user name and password), or no authentication."""
        self.scheme = scheme
        self.port = _free_port()
        self.greylists = False
        self.offers_smtputf8 = True
        self.offers_auth = True
        self.delay_before_final_reply = 0.0
        self.logins = 0
        self.closed_connections = 0
        self.on_received: Callable[[], None] | None = None
        self.on_delivered: Callable[[], None] | None = None
        self._credentials = credentials
        self._connections = 0
        self._replies: dict[Step, deque[str]] = {step: deque() for step in Step}
        self._permanent_replies: dict[Step, str] = {}
        self._attempts: Counter[str] = Counter()
        self._delivered: list[Delivered] = []
        self._changed = threading.Condition()

    @property
    def url(self) -> str:
        """The server's URL, as in LETTERSDESK_SMTP_URL."""
        return f"{self.scheme}://{HOST}:{self.port}"

    def reply_with(self, step: Step, *replies: str) -> None:
        """Give these replies, one each time that ``step`` is reached; after them, 250 OK."""
        self._replies[step].extend(replies)

    def always_reply_with(self, step: Step, reply: str) -> None:
        """Give this reply at ``step`` from now on."""
        self._permanent_replies[step] = reply

    @property
    def delivered(self) -> Sequence[Delivered]:
        """The received messages, in the order of their arrival."""
        with self._changed:
            return tuple(self._delivered)

    @property
    def connections(self) -> int:
        """How many connections were made."""
        with self._changed:
            return self._connections

    def wait_for_messages(self, number: int, seconds: float = WAIT_SECONDS) -> None:
        """Wait until ``number`` messages were received in all; fail after that many seconds."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self._delivered) >= number, seconds)
            assert came, f"{len(self._delivered)} of {number} messages in {seconds} s"

    def wait_for_connections(self, number: int) -> None:
        """Wait until ``number`` connections were made in all; fail after `WAIT_SECONDS`."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._connections >= number, WAIT_SECONDS)

    def next_reply(self, step: Step) -> str:
        """Return the reply to give now, and remove it from those that were set."""
        if self._replies[step]:
            return self._replies[step].popleft()
        return self._permanent_replies.get(step, _OK)

    def count_connection(self) -> int:
        """Count a connection and return its number."""
        with self._changed:
            self._connections += 1
            self._changed.notify_all()
            return self._connections

    def add_delivered(self, envelope: Envelope, connection: int) -> None:
        """Keep a message that was received completely."""
        content = envelope.content
        assert isinstance(content, bytes)
        delivered = Delivered(envelope.mail_from or "", envelope.rcpt_tos[0], content, connection)
        with self._changed:
            self._delivered.append(delivered)
            self._changed.notify_all()
        if self.on_delivered:
            self.on_delivered()

    def is_greylisted(self, recipient: str) -> bool:
        """Count an attempt for a recipient, and tell whether it is the first one of a greylisting server."""
        self._attempts[recipient] += 1
        return self.greylists and self._attempts[recipient] == 1

    def accepts_credentials(self, offered: LoginPassword) -> bool:
        """Count an attempt to authenticate, and tell whether the credentials are right."""
        self.logins += 1
        return self._credentials == (offered.login.decode(), offered.password.decode())

    @property
    def requires_auth(self) -> bool:
        """Whether MAIL FROM is refused without authentication."""
        return self._credentials is not None


class _SmtpProtocol(SMTP):
    """One connection of aiosmtpd's server; it is its own handler."""

    def __init__(self, mail_server: LocalMailServer, tls_context: ssl.SSLContext | None) -> None:
        super().__init__(
            self,
            hostname="mail.example.com",
            enable_SMTPUTF8=True,
            tls_context=tls_context,
            auth_require_tls=False,
            authenticator=_authenticator(mail_server),
            loop=asyncio.get_event_loop(),
        )
        self.mail_server = mail_server
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self.number:
            self.number = self.mail_server.count_connection()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.mail_server.closed_connections += 1
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        reply = await self._perform(self.mail_server.next_reply(Step.DATA))
        if reply != _OK:
            await self.push(reply)
            return
        reply = self.mail_server.next_reply(Step.MIDDLE)
        if reply == _OK:
            await super().smtp_DATA(arg)
            return
        await self.push("354 Go on")
        await self._reader.readline()
        await self.push(await self._perform(reply))
        await self._perform(DROP)

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self._perform(self.mail_server.next_reply(Step.HELLO))
        return [line for line in responses if self._offers(line)]

    def _offers(self, extension: str) -> bool:
        if "SMTPUTF8" in extension:
            return self.mail_server.offers_smtputf8
        return "AUTH" not in extension or self.mail_server.offers_auth

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mail_server.requires_auth and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return await self._perform(self.mail_server.next_reply(Step.SENDER))

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mail_server.is_greylisted(address):
            return GREYLISTED
        envelope.rcpt_tos.append(address)
        return await self._perform(self.mail_server.next_reply(Step.RECIPIENT))

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.mail_server.on_received:
            self.mail_server.on_received()
        await asyncio.sleep(self.mail_server.delay_before_final_reply)
        reply = self.mail_server.next_reply(Step.END)
        if reply in {_OK, DROP}:
            self.mail_server.add_delivered(envelope, self.number)
        return await self._perform(reply)

    async def _perform(self, reply: str) -> str:
        """Return a reply to send, or never return for `STALL` and `DROP`; `DROP` closes the connection."""
        if reply == DROP and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        if reply in {DROP, STALL}:
            # Wait for ever: cancelled when the client closes the connection or the server stops.
            await asyncio.get_running_loop().create_future()
        return reply


class _Controller(Controller):
    def __init__(self, mail_server: LocalMailServer, context: ssl.SSLContext | None) -> None:
        super().__init__(
            mail_server,
            HOST,
            mail_server.port,
            ssl_context=context if mail_server.scheme == "smtps" else None,
        )
        self._mail_server = mail_server
        self._starttls = context if mail_server.scheme == "smtp+starttls" else None

    def factory(self) -> SMTP:
        return _SmtpProtocol(self._mail_server, self._starttls)

    def _trigger_server(self) -> None:
        # aiosmtpd's controller would connect to its own server here, and that connection would be counted.
        self.smtpd = self.factory()
        self._factory_invoked.set()


@contextmanager
def running_mail_server(
    scheme: str = "smtp", context: ssl.SSLContext | None = None, credentials: tuple[str, str] | None = None
) -> Iterator[LocalMailServer]:
    """Run a mail server until the end of the block.

    Args:
        scheme: ``smtp``, ``smtp+starttls`` or ``smtps``.
        context: The TLS context of a server with encryption.
        credentials: User name and password; without them no authentication is required.
    """
    mail_server = LocalMailServer(scheme, credentials)
    controller = _Controller(mail_server, context)
    controller.start()
    try:
        yield mail_server
    finally:
        controller.stop()


def _authenticator(mail_server: LocalMailServer) -> AuthenticatorType:
    def authenticate(*arguments: object) -> AuthResult:
        *_, offered = arguments
        assert isinstance(offered, LoginPassword)
        return AuthResult(success=mail_server.accepts_credentials(offered), handled=False)

    return authenticate


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
