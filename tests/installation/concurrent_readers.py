"""Concurrent readers for load and durability tests: threads that open the form, write and send letters.

They use raw sockets and no HTML parser, as they share the machine's processors with the server under test.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import Self
from urllib.parse import urlencode

SECONDS_TO_ANSWER = 30.0
_RETRY_DELAY = 0.05
"""Seconds."""
_PARAGRAPH = (
    "The tram is slow, and that is its use: it gives one time to look at the city, at the washing over the "
    "lanes, at the dried fish in Des Voeux Road, and at who else is on the way at this hour."
)
_RECEIVE_SIZE = 65536
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HIDDEN = re.compile(r'<input[^>]* name="(csrf_token|submission_key)"[^>]* value="([^"]*)"')
_COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)

Letter = Mapping[str, str]


class ConnectionClosedError(OSError):
    """The server closed the connection before its response was complete."""


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response with its undecoded head and body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header; empty where there is none of that name."""
        found = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return found[1].decode() if found else ""


class ReaderConnection:
    """A keep-alive connection of one reader, with the cookies that the server has set on it."""

    def __init__(self, port: int, cookie: bytes = b"") -> None:
        """Connect to ``port`` of this machine, with cookies from an earlier connection."""
        self._socket = socket.create_connection(("127.0.0.1", port), SECONDS_TO_ANSWER)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cookie = cookie

    def get(self, path: str) -> RawResponse:
        """Send a GET request and return the response."""
        return self._exchange(
            b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (path.encode(), self._cookies())
        )

    def post(self, path: str, body: bytes) -> RawResponse:
        """Post a URL-encoded form and return the response."""
        return self._exchange(
            b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n%s\r\n%s" % (path.encode(), len(body), self._cookies(), body)
        )

    def __enter__(self) -> Self:
        """Return this connection, which is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._socket.close()

    def _exchange(self, request: bytes) -> RawResponse:
        self._socket.sendall(request)
        received = b""
        while _END_OF_HEAD not in received:
            received += self._receive_some()
        head, _, body = received.partition(_END_OF_HEAD)
        found = _LENGTH.search(head)
        parts, missing = [body], (int(found[1]) if found else 0) - len(body)
        while missing > 0:
            parts.append(more := self._receive_some())
            missing -= len(more)
        if cookies := _COOKIE.findall(head):
            self.cookie = b"; ".join(cookies)
        return RawResponse(int(head.split(None, 2)[1]), head, b"".join(parts))

    def _cookies(self) -> bytes:
        return b"Cookie: %s\r\n" % self.cookie if self.cookie else b""

    def _receive_some(self) -> bytes:
        part = self._socket.recv(_RECEIVE_SIZE)
        if not part:
            raise ConnectionClosedError("the server hung up")
        return part


def hidden_fields(page: bytes) -> dict[str, str]:
    """Return the values of the form's CSRF token and submission key."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(page.decode())}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A letter that the server has accepted.

    Attributes:
        letter: The form fields that were sent.
        token: The token in the URL of the writer's own page.
        seconds: From the first connection to the redirect after the form, all attempts included.
    """

    letter: Letter
    token: str
    seconds: float


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that was fetched already: its hidden fields, and the cookies that came with it."""

    hidden: Mapping[str, str] = field(default_factory=dict)
    cookie: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A letter that was not accepted, with the response to it."""

    letter: Letter
    reply: RawResponse


class Reader:
    """One reader with one letter, who sends it once or several times."""

    def __init__(self, port: int, path: str, letter: Letter, open_form: OpenForm | None = None) -> None:
        """Prepare to send a letter.

        Args:
            port: The server's port on this machine.
            path: The path of the form.
            letter: The form fields to send.
            open_form: A form that was fetched before; without one it is fetched once, with the first attempt.
        """
        self._port = port
        self._path = path
        self._letter = letter
        self._form = open_form

    def send(self) -> RawResponse:
        """Fetch the form, unless that is done, and post it; return the last response.

        Raises:
            OSError: there was no response.
        """
        with ReaderConnection(self._port, self._form.cookie if self._form else b"") as connection:
            if self._form is None:
                page = connection.get(self._path)
                if page.status != HTTPStatus.OK:
                    return page
                self._form = OpenForm(hidden_fields(page.body), connection.cookie)
            return connection.post(self._path, urlencode({**self._letter, **self._form.hidden}).encode())


@dataclass
class ConcurrentReaders:
    """Readers in threads, who send letters until they are stopped, each letter by another writer.

    Attributes:
        port: The server's port on this machine.
        path: The path of the form.
        make_letter: Returns the fields of a letter, from the numbers of the reader and the letter (from 0).
        open_form: A form that was fetched before, for all letters; without one each letter fetches its own.
        retries: Whether a letter that was not accepted is sent again from the same form.
        receipts: The letters that were accepted.
        refused: The letters that were not, once for each attempt.
        unanswered: The number of attempts without a complete response.
    """

    port: int
    path: str
    make_letter: Callable[[int, int], Letter]
    open_form: OpenForm | None = None
    retries: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unanswered: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, readers: int, *, letters: int | None = None) -> None:
        """Start that many threads; each ends after that many letters, or when `stop` is called."""
        self._threads = [
            threading.Thread(target=self._send_letters, args=(reader, letters), daemon=True)
            for reader in range(readers)
        ]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Wait until all readers have ended."""
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Let each reader finish its present letter, and wait until all have ended."""
        self._stopping.set()
        self.wait()

    def _send_letters(self, reader: int, letters: int | None) -> None:
        number = 0
        while not self._stopping.is_set() and number != letters:
            self._send_letter(self.make_letter(reader, number))
            number += 1

    def _send_letter(self, letter: Letter) -> None:
        reader = Reader(self.port, self.path, letter, self.open_form)
        since = time.perf_counter()
        while True:
            try:
                reply = reader.send()
            except OSError:
                self.unanswered += 1
            else:
                if reply.status == HTTPStatus.SEE_OTHER:
                    token = reply.header("location").rpartition("/")[2]
                    self.receipts.append(Receipt(letter, token, time.perf_counter() - since))
                    return
                self.refused.append(Refusal(letter, reply))
            if not self.retries:
                return
            time.sleep(_RETRY_DELAY)


def sample_letter(reader: int, number: int) -> Letter:
    """Return the form fields of a letter of about two hundred words, by a writer with no other letter."""
    who = f"{reader}-{number}"
    return {
        "name": f"Wong Siu-ming the {number}th of {reader}",
        "email": f"siu-ming-{who}@example.com",
        "phone": "2123 4567",
        "address": f"Flat {number}, {reader} Main Street\nSai Ying Pun",
        "district": "Sai Ying Pun",
        "country": "HK",
        "headline": f"In praise of slowness, {who}",
        "body": "\n\n".join((*[_PARAGRAPH] * 5, f"So say I, who had ticket {who} this morning.")),
        "article_url": "",
        "article_headline": "",
        "article_date": "",
        "category": "",
        "exclusive": "yes",
        "interest": "",
        "ai_use": "",
        "withhold_reason": "",
        "consent": "yes",
    }
