"""One mail server: how to reach it, and what it says to a message."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Self
from urllib.parse import unquote, urlsplit

from webapp.rules.submission import clean_line

ANSWER_WITHIN = 30.0
"""Seconds that the server may take over any one step but the last."""
TAKES_OVER_WITHIN = 600.0
"""Seconds for its word on a whole message: it may look for viruses first, and whoever hangs up on it
meanwhile has the message delivered twice (RFC 5321, 4.5.3.2.6)."""
LONGEST_EXCHANGE = 5 * ANSWER_WITHIN + TAKES_OVER_WITHIN
"""Seconds that one message can take over an open connection."""
POLITE_FOR = 2.0
"""Seconds to wait for a goodbye."""
PERMANENT = range(500, 600)
GO_AHEAD = 354
CLOSING = 421
"""The server ends the connection (RFC 5321, 4.2.3)."""
LETS_NOBODY_IN = frozenset({530, 534, 535, 538})
"""It wants a sign-in or encryption first (RFC 4954): our setting is wrong, and no message is."""
LONGEST_ANSWER = 1000
"""Characters of a server's words that are kept."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class ServerAwayError(Exception):
    """The mail server can't be reached, or lets nobody in; that is no message's fault."""


class DeferredError(Exception):
    """The server does not take this message now; it may later."""


class RejectedError(Exception):
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
    password: str = field(default="", repr=False)

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
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not f"{user}{password}".isascii():
            raise MailAddressError("has a user or password beyond ASCII, which can't sign in")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            user=user,
            password=password,
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
            if server.scheme == "smtp+starttls":
                self._client.starttls(context=ssl.create_default_context())
            self._client.ehlo_or_helo_if_needed()
            if server.user:
                self._client.login(server.user, server.password)
        # ValueError: a host that is no name, or a digest that this machine does not let us sign in by.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            raise ServerAwayError(_words(error)) from error

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> str:
        """Hand over one message and return the server's words.

        Raises:
            DeferredError: the server does not take it now, or the connection broke under it.
            RejectedError: the server will never take it.
            ServerAwayError: the server ended the conversation before it heard of this message's recipient.
        """
        client = self._client
        if client is None:
            raise ServerAwayError("the connection is closed")
        content = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        options = [f"SIZE={len(content)}"] if client.has_extn("size") else []
        if not f"{sender}{recipient}".isascii():
            if not client.has_extn("smtputf8"):
                raise RejectedError("the mail server takes no addresses with letters beyond ASCII")
            options.append("SMTPUTF8")
        try:
            return self._say(client, content, sender=sender, recipient=recipient, options=options)
        except _AnswerError as answer:
            if answer.code == CLOSING:
                self._drop()
            else:
                self._reset()
            # A recipient for whom it wants a sign-in must not hold up those that it takes without one.
            is_final = answer.code in PERMANENT and answer.code not in LETS_NOBODY_IN
            raise (RejectedError if is_final else DeferredError)(str(answer)) from answer
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise DeferredError(_words(error)) from error

    def _say(
        self, client: smtplib.SMTP, content: bytes, *, sender: str, recipient: str, options: list[str]
    ) -> str:
        """Go through the steps of one message.

        `smtplib.SMTP.sendmail` would do as much, but it has one time-out for all of them.
        """
        try:
            answer = client.mail(sender, options)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise ServerAwayError(_words(error)) from error
        if answer[0] == CLOSING or answer[0] in LETS_NOBODY_IN:
            self._drop()
            raise ServerAwayError(str(_AnswerError(*answer)))
        _expect(answer)
        _expect(client.rcpt(recipient))
        answer = client.docmd("DATA")
        if answer[0] != GO_AHEAD:
            raise _AnswerError(*answer)
        client.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
        _wait_for(client, TAKES_OVER_WITHIN)
        said = _expect(client.getreply())
        _wait_for(client, ANSWER_WITHIN)
        return said

    @property
    def is_open(self) -> bool:
        """Whether another message can be handed over."""
        return self._client is not None

    def close(self) -> None:
        """End the conversation, politely where the server still listens."""
        client = self._client
        if client is None:
            return
        try:
            _wait_for(client, POLITE_FOR)
            client.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self._drop()

    def _drop(self) -> None:
        """End the conversation without a word, for a server that has ended it already or is silent."""
        client, self._client = self._client, None
        if client:
            client.close()

    def _reset(self) -> None:
        try:
            if self._client:
                _wait_for(self._client, ANSWER_WITHIN)
                self._client.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()


class _AnswerError(Exception):
    """The server answered a command with anything but yes."""

    def __init__(self, code: int, words: bytes) -> None:
        super().__init__(_said(code, words))
        self.code = code


def _expect(answer: tuple[int, bytes]) -> str:
    code, words = answer
    if not 200 <= code < 300:  # noqa: PLR2004 -- RFC 5321: 2xx is yes
        raise _AnswerError(code, words)
    return _said(code, words)


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=ANSWER_WITHIN, context=ssl.create_default_context()
        )
    return smtplib.SMTP(server.host, server.port, timeout=ANSWER_WITHIN)


def _wait_for(client: smtplib.SMTP, seconds: float) -> None:
    if client.sock:
        client.sock.settimeout(seconds)


def _said(code: int, words: bytes) -> str:
    # An answer may have many lines, and whatever a server puts there; the desk shows it as one sentence.
    return f"{code} {clean_line(words.decode('utf-8', errors='replace'))}"[:LONGEST_ANSWER]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _said(error.smtp_code, said if isinstance(said, bytes) else said.encode())
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
