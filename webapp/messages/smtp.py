"""SMTP client: the mail server's URL, a connection to it, timeouts, and permanent and temporary errors."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Self
from urllib.parse import unquote

from webapp.messages.server_urls import ServerUrlError, split_server_url
from webapp.rules.text_cleaning import clean_line

REPLY_TIMEOUT = 30.0
"""Seconds to wait for each reply of the server except the one to the whole message."""
FINAL_REPLY_TIMEOUT = 600.0
"""Seconds to wait for the reply to the whole message: the server may scan it for viruses first, and a
client that gives up meanwhile has the message delivered twice (RFC 5321, 4.5.3.2.6)."""
MAX_TRANSACTION_SECONDS = 5 * REPLY_TIMEOUT + FINAL_REPLY_TIMEOUT
"""The most seconds that one message can take on an open connection."""
QUIT_TIMEOUT = 2.0
"""Seconds to wait for the reply to QUIT."""
PERMANENT_ERRORS = range(500, 600)
START_MAIL_INPUT = 354
"""The reply to DATA that asks for the message (RFC 5321, 4.2.3)."""
SERVICE_NOT_AVAILABLE = 421
"""The server closes the connection (RFC 5321, 4.2.3)."""
AUTHENTICATION_ERRORS = frozenset({530, 534, 535, 538})
"""The server requires authentication or encryption (RFC 4954): the setting is wrong, not the message."""
MAX_REPLY_LENGTH = 1000
"""Characters of a server's reply that are kept."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""Default ports by URL scheme."""

_NO_TAIL = re.compile("/?")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class ServerAwayError(Exception):
    """The mail server can't be reached, or refuses the connection or authentication: no message's fault."""


class DeferredError(Exception):
    """A temporary error: the server may accept this message later."""


class RejectedError(Exception):
    """A permanent error: the server will not accept this message."""


class MailAddressError(ValueError):
    """The URL of the mail server is not valid; the error message, such as “names no host”, has no subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Address and credentials of the mail server.

    Attributes:
        scheme: ``smtp`` (no encryption), ``smtp+starttls`` or ``smtps``.
        host: Name or address of the server.
        port: TCP port.
        user: User name for AUTH; empty for a server without authentication.
        password: Password for AUTH; not shown in the repr.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Parse a URL such as ``smtp+starttls://user:password@host:port`` (percent-encoded).

        Without a port, or with port 0, it is the one in `PORTS`.

        Raises:
            MailAddressError: port or scheme is not valid, the host is missing, something stands after it, or
                user or password are not ASCII; the error message does not contain the password.
        """
        try:
            parts = split_server_url(url, tail=_NO_TAIL)
        except ServerUrlError as error:
            raise MailAddressError(str(error)) from error
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
            port=parts.port or PORTS[parts.scheme],
            user=user,
            password=password,
        )


class SmtpConnection:
    """A connection to the mail server, for any number of messages one after the other, in one thread.

    It is open from the start; some errors close it (`is_open`), and it can't be opened again.
    """

    def __init__(self, server: MailServer) -> None:
        """Connect, encrypt and authenticate; each reply may take `REPLY_TIMEOUT` seconds.

        With scheme ``smtp`` it authenticates over the unencrypted connection.

        Raises:
            ServerAwayError: the server can't be reached, its certificate is not valid, it lacks STARTTLS or
                AUTH, or authentication failed.
        """
        self._client: smtplib.SMTP | None = None
        try:
            self._client = _open_client(server)
            if server.scheme == "smtp+starttls":
                self._client.starttls(context=ssl.create_default_context())
            self._client.ehlo_or_helo_if_needed()
            if server.user:
                self._client.login(server.user, server.password)
        # ValueError: an invalid host name, or a hash function for AUTH that this machine disables.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._abort()
            raise ServerAwayError(_error_text(error)) from error

    def send(self, message: EmailMessage, *, sender: str, recipient: str) -> str:
        """Send one message and return the server's reply, on one line, cut to `MAX_REPLY_LENGTH` characters.

        After `ServerAwayError`, a reply 421 or a broken connection it is closed; after any other error it can
        be used again.

        Args:
            message: The e-mail.
            sender: Envelope sender.
            recipient: Envelope recipient.

        Raises:
            DeferredError: a temporary error, or the connection broke or the server required authentication
                after it had accepted MAIL FROM.
            RejectedError: a permanent error, or a non-ASCII address and a server without SMTPUTF8.
            ServerAwayError: the connection is closed or broke at MAIL FROM, or the server requires
                authentication at MAIL FROM; the server does not know the recipient yet.
            ValueError: a header can't be written.
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
            return self._mail_transaction(
                client, content, sender=sender, recipient=recipient, options=options
            )
        except _ErrorReplyError as reply:
            if reply.code == SERVICE_NOT_AVAILABLE:
                self._abort()
            else:
                self._reset()
            # A server may require authentication for some recipients only (relaying): retry this message, and
            # go on with the ones behind it.
            is_permanent = reply.code in PERMANENT_ERRORS and reply.code not in AUTHENTICATION_ERRORS
            raise (RejectedError if is_permanent else DeferredError)(str(reply)) from reply
        except (OSError, smtplib.SMTPException) as error:
            self._abort()
            raise DeferredError(_error_text(error)) from error

    def _mail_transaction(
        self, client: smtplib.SMTP, content: bytes, *, sender: str, recipient: str, options: list[str]
    ) -> str:
        """Send MAIL FROM, RCPT TO, DATA and the message, and return the final reply.

        `smtplib.SMTP.sendmail` does the same with a single timeout for all steps.
        """
        try:
            reply = client.mail(sender, options)
        except (OSError, smtplib.SMTPException) as error:
            self._abort()
            raise ServerAwayError(_error_text(error)) from error
        if reply[0] == SERVICE_NOT_AVAILABLE or reply[0] in AUTHENTICATION_ERRORS:
            self._abort()
            raise ServerAwayError(str(_ErrorReplyError(*reply)))
        _require_success(reply)
        _require_success(client.rcpt(recipient))
        reply = client.docmd("DATA")
        if reply[0] != START_MAIL_INPUT:
            raise _ErrorReplyError(*reply)
        client.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
        _set_timeout(client, FINAL_REPLY_TIMEOUT)
        final_reply = _require_success(client.getreply())
        _set_timeout(client, REPLY_TIMEOUT)
        return final_reply

    @property
    def is_open(self) -> bool:
        """Whether another message can be sent."""
        return self._client is not None

    def close(self) -> None:
        """Send QUIT and close the connection; errors are ignored."""
        client = self._client
        if client is None:
            return
        try:
            _set_timeout(client, QUIT_TIMEOUT)
            client.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self._abort()

    def _abort(self) -> None:
        """Close the connection without QUIT: the server has closed it already, or does not answer."""
        client, self._client = self._client, None
        if client:
            client.close()

    def _reset(self) -> None:
        try:
            if self._client:
                _set_timeout(self._client, REPLY_TIMEOUT)
                self._client.rset()
        except (OSError, smtplib.SMTPException):
            self._abort()


class _ErrorReplyError(Exception):
    """The server replied to a command with an error."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(_reply_text(code, text))
        self.code = code


def _require_success(reply: tuple[int, bytes]) -> str:
    code, text = reply
    if not 200 <= code < 300:  # noqa: PLR2004 -- RFC 5321: 2xx is success
        raise _ErrorReplyError(code, text)
    return _reply_text(code, text)


def _open_client(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=REPLY_TIMEOUT, context=ssl.create_default_context()
        )
    return smtplib.SMTP(server.host, server.port, timeout=REPLY_TIMEOUT)


def _set_timeout(client: smtplib.SMTP, seconds: float) -> None:
    if client.sock:
        client.sock.settimeout(seconds)


def _reply_text(code: int, text: bytes) -> str:
    # A reply may have many lines and control characters; the desk shows it on one line.
    return f"{code} {clean_line(text.decode('utf-8', errors='replace'))}"[:MAX_REPLY_LENGTH]


def _error_text(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _reply_text(error.smtp_code, text if isinstance(text, bytes) else text.encode())
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
