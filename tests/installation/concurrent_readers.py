"""A crowd of readers, each of whom opens the form, writes one letter and sends it, at full speed.

Raw sockets and no parser: the readers share the machine with the server that they call at.
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
_BEFORE_TRYING_AGAIN = 0.05
"""Seconds."""
_PARAGRAPH = (
    "The tram is slow, and that is its use: it gives one time to look at the city, at the washing over the "
    "lanes, at the dried fish in Des Voeux Road, and at who else is on the way at this hour."
)
_MOST_AT_ONCE = 65536
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HIDDEN = re.compile(r'<input[^>]* name="(csrf_token|submission_key)"[^>]* value="([^"]*)"')
_COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)

Letter = Mapping[str, str]


class LineCutError(OSError):
    """The server hung up before it had answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came over the line."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, or nothing where there is none of that name."""
        found = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return found[1].decode() if found else ""


class Line:
    """A reader's connection to a server, with the cookies that came over it."""

    def __init__(self, port: int, cookie: bytes = b"") -> None:
        """Connect to ``port`` of this machine, with a cookie from an earlier line."""
        self._socket = socket.create_connection(("127.0.0.1", port), SECONDS_TO_ANSWER)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cookie = cookie

    def get(self, path: str) -> Reply:
        """Open a page."""
        return self._ask(b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (path.encode(), self._cookies()))

    def post(self, path: str, body: bytes) -> Reply:
        """Send a form."""
        return self._ask(
            b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n%s\r\n%s" % (path.encode(), len(body), self._cookies(), body)
        )

    def __enter__(self) -> Self:
        """Keep the connection for as long as the block lasts."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._socket.close()

    def _ask(self, request: bytes) -> Reply:
        self._socket.sendall(request)
        received = b""
        while _END_OF_HEAD not in received:
            received += self._more()
        head, _, body = received.partition(_END_OF_HEAD)
        found = _LENGTH.search(head)
        parts, missing = [body], (int(found[1]) if found else 0) - len(body)
        while missing > 0:
            parts.append(more := self._more())
            missing -= len(more)
        if cookies := _COOKIE.findall(head):
            self.cookie = b"; ".join(cookies)
        return Reply(int(head.split(None, 2)[1]), head, b"".join(parts))

    def _cookies(self) -> bytes:
        return b"Cookie: %s\r\n" % self.cookie if self.cookie else b""

    def _more(self) -> bytes:
        part = self._socket.recv(_MOST_AT_ONCE)
        if not part:
            raise LineCutError("the server hung up")
        return part


def hidden_fields(page: bytes) -> dict[str, str]:
    """Return what a form's hidden fields hold."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(page.decode())}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reader saw of a letter that was taken in.

    Attributes:
        letter: What was typed.
        token: Opens the writer's own page.
        seconds: From calling at the server to the receipt.
    """

    letter: Letter
    token: str
    seconds: float


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that a browser shows: its hidden fields, and the cookie that came with it."""

    hidden: Mapping[str, str] = field(default_factory=dict)
    cookie: bytes = b""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that was no receipt, with the letter that it was given for."""

    letter: Letter
    reply: Reply


class Reader:
    """One reader with one letter, who may have to send it more than once."""

    def __init__(self, port: int, path: str, letter: Letter, open_form: OpenForm | None = None) -> None:
        """Write ``letter`` for the form at ``path``, which may be open already."""
        self._port = port
        self._path = path
        self._letter = letter
        self._form = open_form

    def send(self) -> Reply:
        """Open the form, unless it is open, and send it; give the last answer.

        Raises:
            OSError: there was no answer.
        """
        with Line(self._port, self._form.cookie if self._form else b"") as line:
            if self._form is None:
                page = line.get(self._path)
                if page.status != HTTPStatus.OK:
                    return page
                self._form = OpenForm(hidden_fields(page.body), line.cookie)
            return line.post(self._path, urlencode({**self._letter, **self._form.hidden}).encode())


@dataclass
class Crowd:
    """Readers who write until they are told to stop, each letter as somebody new.

    Attributes:
        port: Where the server is.
        path: Where the form is.
        write: Gives the next letter of one reader; the readers and their letters are counted from 0.
        open_form: What all send, where none opens the form first.
        keeps_trying: Whether a letter that did not get through is sent again from the same form.
        receipts: What was taken in.
        refused: The answers that were no receipt.
        cut: How often there was no answer at all.
    """

    port: int
    path: str
    write: Callable[[int, int], Letter]
    open_form: OpenForm | None = None
    keeps_trying: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    cut: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, readers: int, *, letters: int | None = None) -> None:
        """Let so many readers begin; each ends after so many letters, or when `stop` is called."""
        self._threads = [
            threading.Thread(target=self._write_on, args=(reader, letters), daemon=True)
            for reader in range(readers)
        ]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Return when all readers are done."""
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Let each reader see the letter in hand to its end, and return when all have."""
        self._stopping.set()
        self.wait()

    def _write_on(self, reader: int, letters: int | None) -> None:
        number = 0
        while not self._stopping.is_set() and number != letters:
            self._send(self.write(reader, number))
            number += 1

    def _send(self, letter: Letter) -> None:
        reader = Reader(self.port, self.path, letter, self.open_form)
        since = time.perf_counter()
        while True:
            try:
                reply = reader.send()
            except OSError:
                self.cut += 1
            else:
                if reply.status == HTTPStatus.SEE_OTHER:
                    token = reply.header("location").rpartition("/")[2]
                    self.receipts.append(Receipt(letter, token, time.perf_counter() - since))
                    return
                self.refused.append(Refusal(letter, reply))
            if not self.keeps_trying:
                return
            time.sleep(_BEFORE_TRYING_AGAIN)


def write_letter(reader: int, number: int) -> Letter:
    """Write a letter of some two hundred words, by somebody who wrote no other."""
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
