"""One mail server: how to reach it, and what it says to a message."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self
from urllib.parse import unquote, urlsplit

ANSWER_WITHIN = 30.0
"""Seconds that the server may take over any one step."""
PERMANENT = range(500, 600)
CLOSING = 421
"""The server says that it ends the connection (RFC 5321, 4.2.3): about itself, not about the message."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class ServerAwayError(Exception):
    """The mail server can't be reached, or lets nobody in; that is no message's fault."""


class PutOffError(Exception):
    """The server does not take this message now; it may later."""


class RefusedForGoodError(Exception):
    """The server will never take this message."""


class MailAddressError(ValueError):
    """The setting names no mail server; the message says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where messages are handed over.

    Attributes:
        scheme: ``smtp``, ``smtp+starttls`` or ``smtps``.
        user: Who signs in; nobody where empty.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read a server from ``smtp+starttls://user:password@host:port`` or the like.

        Raises:
            MailAddressError: it isn't one; the password is not repeated.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise MailAddressError("has no valid port") from error
        if parts.scheme not in PORTS:
            raise MailAddressError(f"has to start with {', '.join(f'{name}://' for name in PORTS)}")
        if not parts.hostname:
            raise MailAddressError("names no host")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class Connection:
    """A conversation with the mail server, which takes many messages."""

    def __init__(self, server: MailServer) -> None:
        """Connect and sign in.

        Raises:
            ServerAwayError: the server can't be reached, isn't who it says it is, or does not let us in.
        """
        self._client: smtplib.SMTP | None = None
        try:
            self._client = _connected(server)
            if server.user:
                self._client.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerAwayError(_words(error)) from error

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> str:
        """Hand over one message and return the server's words.

        Raises:
            PutOffError: the server does not take it now, or the connection broke under it.
            RefusedForGoodError: the server will never take it.
            ServerAwayError: the server ends the conversation before the message was given to it.
        """
        client = self._client
        if client is None:
            raise ServerAwayError("the connection is closed")
        content = message.as_bytes()
        options = [f"SIZE={len(content)}"] if client.has_extn("size") else []
        if not recipient.isascii():
            if not client.has_extn("smtputf8"):
                raise RefusedForGoodError("the mail server takes no addresses with letters beyond ASCII")
            options.append("SMTPUTF8")
        try:
            _expect(client.mail(sender, options))
            _expect(client.rcpt(recipient))
            return _expect(client.data(content))
        except _AnswerError as answer:
            if answer.code == CLOSING:
                self.close()
                raise ServerAwayError(str(answer)) from answer
            self._reset()
            refusal = RefusedForGoodError if answer.code in PERMANENT else PutOffError
            raise refusal(str(answer)) from answer
        except smtplib.SMTPDataError as error:
            self._reset()
            refusal = RefusedForGoodError if error.smtp_code in PERMANENT else PutOffError
            raise refusal(_words(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise PutOffError(_words(error)) from error

    @property
    def is_open(self) -> bool:
        """Whether another message can be handed over."""
        return self._client is not None

    def close(self) -> None:
        """End the conversation, politely where the server still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.quit()
        except (OSError, smtplib.SMTPException):
            client.close()

    def _reset(self) -> None:
        try:
            if self._client:
                self._client.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


class _AnswerError(Exception):
    """The server answered a command with anything but yes."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")
        self.code = code


def _expect(answer: tuple[int, bytes]) -> str:
    code, words = answer
    said = words.decode("utf-8", errors="replace")
    if not 200 <= code < 300:  # noqa: PLR2004 -- RFC 5321: 2xx is yes
        raise _AnswerError(code, said)
    return f"{code} {said}"


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=ANSWER_WITHIN, context=ssl.create_default_context()
        )
    client = smtplib.SMTP(server.host, server.port, timeout=ANSWER_WITHIN)
    if server.scheme == "smtp+starttls":
        try:
            client.starttls(context=ssl.create_default_context())
        except (OSError, smtplib.SMTPException):
            client.close()
            raise
    client.ehlo_or_helo_if_needed()
    return client


def _words(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return (
            f"{error.smtp_code} {said.decode('utf-8', errors='replace') if isinstance(said, bytes) else said}"
        )
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
