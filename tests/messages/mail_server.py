"""A real mail server on this machine that takes messages, or behaves as badly as it is told to."""

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

SECONDS_TO_WAIT = 30
HOST = "127.0.0.1"
STALL = "stall"
"""Say nothing more, and leave the line open."""
DROP = "drop"
"""End the connection without a word."""
GREYLISTED = "451 4.7.1 Greylisted, please try again later"
_FINE = "250 OK"


class Step(StrEnum):
    """Where in a conversation the server can misbehave."""

    HELLO = auto()
    SENDER = auto()
    RECIPIENT = auto()
    DATA = auto()
    MIDDLE = auto()
    """While it is given the message."""
    END = auto()
    """When it has the whole message."""


@dataclass(frozen=True)
class Delivered:
    """A message that the server has in full; it may not have said so."""

    sender: str
    recipient: str
    content: bytes
    connection: int

    @property
    def mail(self) -> EmailMessage:
        """The message, read as a mail program reads it."""
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.mail["Message-ID"])


class PostOffice:
    """The mail server: what it got, and how it is to behave."""

    def __init__(self, scheme: str, sign_in: tuple[str, str] | None) -> None:
        """Let anybody in, or only who signs in with that name and password."""
        self.scheme = scheme
        self.port = _free_port()
        self.greylists = False
        self.knows_unicode = True
        self.offers_sign_in = True
        self.pause_before_the_end = 0.0
        self.sign_ins = 0
        self.hung_up = 0
        self.on_arrival: Callable[[], None] | None = None
        self.on_keeping: Callable[[], None] | None = None
        self._sign_in = sign_in
        self._connections = 0
        self._answers: dict[Step, deque[str]] = {step: deque() for step in Step}
        self._always: dict[Step, str] = {}
        self._seen: Counter[str] = Counter()
        self._delivered: list[Delivered] = []
        self._news = threading.Condition()

    @property
    def url(self) -> str:
        """Where it is, as the product's setting says it."""
        return f"{self.scheme}://{HOST}:{self.port}"

    def will(self, step: Step, *answers: str) -> None:
        """Give these answers at ``step``, one each time, and then behave well."""
        self._answers[step].extend(answers)

    def always(self, step: Step, answer: str) -> None:
        """Give this answer at ``step`` from now on."""
        self._always[step] = answer

    @property
    def delivered(self) -> Sequence[Delivered]:
        """The messages that it has, in the order in which they came."""
        with self._news:
            return tuple(self._delivered)

    @property
    def connections(self) -> int:
        """How often somebody has connected."""
        with self._news:
            return self._connections

    def wait_for_messages(self, number: int, seconds: float = SECONDS_TO_WAIT) -> None:
        """Return when it has so many messages."""
        with self._news:
            came = self._news.wait_for(lambda: len(self._delivered) >= number, seconds)
            assert came, f"{len(self._delivered)} of {number} messages in {seconds} s"

    def wait_for_connections(self, number: int) -> None:
        """Return when somebody has connected so often."""
        with self._news:
            assert self._news.wait_for(lambda: self._connections >= number, SECONDS_TO_WAIT)

    def next_answer(self, step: Step) -> str:
        """Return how it is to behave now."""
        if self._answers[step]:
            return self._answers[step].popleft()
        return self._always.get(step, _FINE)

    def note_connection(self) -> int:
        """Count a connection, and return its number."""
        with self._news:
            self._connections += 1
            self._news.notify_all()
            return self._connections

    def keep(self, envelope: Envelope, connection: int) -> None:
        """Have a message in full."""
        content = envelope.content
        assert isinstance(content, bytes)
        delivered = Delivered(envelope.mail_from or "", envelope.rcpt_tos[0], content, connection)
        with self._news:
            self._delivered.append(delivered)
            self._news.notify_all()
        if self.on_keeping:
            self.on_keeping()

    def is_greylisted(self, recipient: str) -> bool:
        """Tell whether a recipient is one that was never asked for before."""
        self._seen[recipient] += 1
        return self.greylists and self._seen[recipient] == 1

    def admits(self, offered: LoginPassword) -> bool:
        """Tell whether that name and password are the right ones."""
        self.sign_ins += 1
        return self._sign_in == (offered.login.decode(), offered.password.decode())

    @property
    def asks_for_sign_in(self) -> bool:
        """Whether nobody may send without one."""
        return self._sign_in is not None


class _Conversation(SMTP):
    """One connection."""

    def __init__(self, office: PostOffice, tls_context: ssl.SSLContext | None) -> None:
        super().__init__(
            self,
            hostname="mail.example.com",
            enable_SMTPUTF8=True,
            tls_context=tls_context,
            auth_require_tls=False,
            authenticator=_authenticator(office),
            loop=asyncio.get_event_loop(),
        )
        self.office = office
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self.number:
            self.number = self.office.note_connection()
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.office.hung_up += 1
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        answer = await self._behave(self.office.next_answer(Step.DATA))
        if answer != _FINE:
            await self.push(answer)
            return
        answer = self.office.next_answer(Step.MIDDLE)
        if answer == _FINE:
            await super().smtp_DATA(arg)
            return
        await self.push("354 Go on")
        await self._reader.readline()
        await self.push(await self._behave(answer))
        await self._behave(DROP)

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self._behave(self.office.next_answer(Step.HELLO))
        return [line for line in responses if self._offers(line)]

    def _offers(self, extension: str) -> bool:
        if "SMTPUTF8" in extension:
            return self.office.knows_unicode
        return "AUTH" not in extension or self.office.offers_sign_in

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.office.asks_for_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return await self._behave(self.office.next_answer(Step.SENDER))

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.office.is_greylisted(address):
            return GREYLISTED
        envelope.rcpt_tos.append(address)
        return await self._behave(self.office.next_answer(Step.RECIPIENT))

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.office.on_arrival:
            self.office.on_arrival()
        await asyncio.sleep(self.office.pause_before_the_end)
        answer = self.office.next_answer(Step.END)
        if answer in {_FINE, DROP}:
            self.office.keep(envelope, self.number)
        return await self._behave(answer)

    async def _behave(self, answer: str) -> str:
        if answer == DROP and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        if answer in {DROP, STALL}:
            # Ended from outside, when the client hangs up or the server stops.
            await asyncio.get_running_loop().create_future()
        return answer


class _Controller(Controller):
    def __init__(self, office: PostOffice, context: ssl.SSLContext | None) -> None:
        super().__init__(office, HOST, office.port, ssl_context=context if office.scheme == "smtps" else None)
        self._office = office
        self._starttls = context if office.scheme == "smtp+starttls" else None

    def factory(self) -> SMTP:
        return _Conversation(self._office, self._starttls)

    def _trigger_server(self) -> None:
        # The server listens already, and a connection of its own would be counted.
        self.smtpd = self.factory()
        self._factory_invoked.set()


@contextmanager
def running_post_office(
    scheme: str = "smtp", context: ssl.SSLContext | None = None, sign_in: tuple[str, str] | None = None
) -> Iterator[PostOffice]:
    """Run a mail server for as long as the block lasts.

    Args:
        scheme: ``smtp``, ``smtp+starttls`` or ``smtps``.
        context: What it encrypts with, where it does.
        sign_in: Name and password; anybody is let in where there are none.
    """
    office = PostOffice(scheme, sign_in)
    controller = _Controller(office, context)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def _authenticator(office: PostOffice) -> AuthenticatorType:
    def judge(*conversation: object) -> AuthResult:
        *_, offered = conversation
        assert isinstance(offered, LoginPassword)
        return AuthResult(success=office.admits(offered), handled=False)

    return judge


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
