"""Connections of a worker process: slow, broken and greedy clients, without a whole server around them."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest

from webapp.installation import connections
from webapp.installation.connections import MAX_HEAD_BYTES, UNREADABLE, ConnectionServer

MAX_BODY = 100_000
THREADS = 2
SECONDS_TO_ANSWER = 10.0
SECRET = "a-secret-token"
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LARGE_RESPONSE = 8_000_000
"""Bytes: more than the kernel holds for a client that reads nothing."""


@dataclass
class Site:
    """A connection server on a free port, in a thread, and what its application has seen."""

    listener: socket.socket
    server: ConnectionServer
    bodies: list[bytes] = field(default_factory=list)
    content_types: list[str | None] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def connect(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(self.listener.getsockname(), SECONDS_TO_ANSWER)

    def send(self, request: bytes) -> bytes:
        """Send a request on a new connection; return all that is answered until the server closes it."""
        with self.connect() as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(request)
            return read_to_end(connection)

    def get(self, path: str = "/") -> bytes:
        """Return the response to a GET request."""
        return self.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())


def read_to_end(connection: socket.socket) -> bytes:
    """Read until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def read_until(connection: socket.socket, end: bytes) -> None:
    """Read until what was read ends so."""
    read = b""
    while not read.endswith(end):
        received = connection.recv(65536)
        assert received, read
        read += received


def assert_closed(connection: socket.socket) -> None:
    """Assert that the server closes the connection without a response."""
    # What it hasn't read makes the kernel reset the connection.
    with suppress(ConnectionResetError):
        assert connection.recv(10) == b""


def status(response: bytes) -> int:
    """Return the status of a response."""
    return int(response.split(None, 2)[1])


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        yield bound


@pytest.fixture
def site(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server whose application answers with the body that it was sent."""
    monkeypatch.setattr(connections, "_CHECK_INTERVAL", 0)

    def application(
        environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/fails"):
            raise ZeroDivisionError(SECRET)
        if environ["PATH_INFO"] == "/blocks":
            own.released.wait(SECONDS_TO_ANSWER)
        body = environ["wsgi.input"].read()
        own.bodies.append(body)
        own.content_types.append(environ.get("CONTENT_TYPE"))
        answer = b"x" * LARGE_RESPONSE if environ["PATH_INFO"] == "/large" else b"got " + body[:100]
        refused = environ.get(UNREADABLE)
        start_response(f"{refused} Refused" if refused else "200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    server = ConnectionServer(
        application, listener, threads=THREADS, own_threads=["/healthz"], max_body_bytes=MAX_BODY
    )
    own = Site(listener, server)
    stopping = threading.Event()

    def poll() -> None:
        while not stopping.is_set():
            server.poll(0.02)

    loop = threading.Thread(target=poll)
    loop.start()
    yield own
    own.released.set()
    stopping.set()
    loop.join()
    server.shut_down()


@pytest.mark.parametrize(
    "begun",
    [HEAD + b"X-Slow: ", POST + b"Content-Length: 99999\r\n\r\nbody=", CHUNKED + b"5\r\nab", b""],
    ids=["head", "body", "chunk", "nothing"],
)
def test_slow_requests_hold_no_thread(site: Site, begun: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(5 * THREADS):
            stack.enter_context(site.connect()).sendall(begun)
        assert site.get().endswith(b"got ")


def test_a_request_that_is_never_complete_ends_at_its_deadline(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST_WAIT", 0.3)
    with site.connect() as connection:
        connection.sendall(POST + b"Content-Length: 99999\r\n\r\n")
        wait_until(site.server.has_connections)
        since = time.monotonic()
        while site.server.has_connections():
            assert time.monotonic() - since < SECONDS_TO_ANSWER
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(b"a")
            time.sleep(0.02)
    assert site.bodies == []


def test_a_response_that_is_never_read_holds_no_thread_and_ends_at_its_deadline(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        readers = [stack.enter_context(site.connect()) for _ in range(2 * THREADS)]
        for reader in readers:
            reader.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert site.get().endswith(b"got ")
        wait_until(lambda: len(site.bodies) == len(readers) + 1)
        monkeypatch.setattr(connections, "LONGEST_WAIT", 0.1)
        monkeypatch.setattr(connections, "SLOWEST_READING", 100 * LARGE_RESPONSE)
        wait_until(lambda: not site.server.has_connections())


def test_a_response_may_be_read_slowly(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST_WAIT", 0.0)
    with site.connect() as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        time.sleep(0.2)
        assert len(read_to_end(connection)) > LARGE_RESPONSE


def test_an_idle_connection_is_closed_soon(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE_LIMIT", 0.1)
    with site.connect() as connection:
        connection.sendall(HEAD + b"\r\n")
        assert read_to_end(connection).endswith(b"got ")


def test_a_new_connection_takes_the_place_of_the_longest_waiting_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 3)
    with ExitStack() as stack:
        slow = [stack.enter_context(site.connect()) for _ in range(3)]
        for connection in slow:
            connection.sendall(HEAD)
        assert site.get().endswith(b"got ")
        assert_closed(slow[0])
        slow[1].sendall(b"Connection: close\r\n\r\n")
        assert read_to_end(slow[1]).endswith(b"got ")


def test_incomplete_bodies_hold_a_bounded_amount_of_memory(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_HELD_BYTES", 150_000)
    monkeypatch.setattr(connections, "_CHECKED_BYTES", 1000)
    with ExitStack() as stack:
        slow = [stack.enter_context(site.connect()) for _ in range(2)]
        for connection in slow:
            connection.sendall(POST + b"Connection: close\r\nContent-Length: 90000\r\n\r\n" + b"a" * 80_000)
        assert_closed(slow[0])
        slow[1].sendall(b"a" * 10_000)
        assert status(read_to_end(slow[1])) == HTTPStatus.OK


@pytest.mark.parametrize(
    ("request_sent", "expected"),
    [
        pytest.param(b"GET /" + b"a" * MAX_HEAD_BYTES + b" HTTP/1.1\r\n\r\n", 431, id="long line"),
        pytest.param(HEAD + b"X: " + b"a" * MAX_HEAD_BYTES + b"\r\n\r\n", 431, id="long header"),
        pytest.param(HEAD + b"X: a\r\n" * MAX_HEAD_BYTES + b"\r\n", 431, id="many headers"),
        pytest.param(HEAD + b": a\r\n\r\n", 400, id="header without a name"),
        pytest.param(HEAD + b"My Header: a\r\n\r\n", 400, id="space in a header's name"),
        pytest.param(HEAD + b"X : a\r\n\r\n", 400, id="space before the colon"),
        pytest.param(HEAD + b"X: a\r\n b\r\n\r\n", 400, id="folded header"),
        pytest.param(HEAD + b"X: a\nY: b\r\n\r\n", 400, id="bare line feed"),
        pytest.param(HEAD + b"X: a\0\r\n\r\n", 400, id="NUL"),
        pytest.param(b"GET / HTTP/9.9\r\n\r\n", 400, id="unknown version"),
        pytest.param(b"GET / HTTP/2.0\r\n\r\n", 400, id="HTTP/2"),
        pytest.param(b"GET /\r\n\r\n", 400, id="HTTP/0.9"),
        pytest.param(b"GE\x01T / HTTP/1.1\r\n\r\n", 400, id="method"),
        pytest.param(b"get / HTTP/1.1\r\n\r\n", 400, id="method in lower case"),
        pytest.param(b"GET http://[::1/ HTTP/1.1\r\n\r\n", 400, id="half an IPv6 address"),
        pytest.param(b"GET http://a\xe2\x84\x80b/ HTTP/1.1\r\n\r\n", 400, id="address beyond ASCII"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, id="TLS"),
        pytest.param(POST + b"Content-Length: 3\r\nContent-Length: 30\r\n\r\na=b", 400, id="two lengths"),
        pytest.param(POST + b"Content-Length: 3, 3\r\n\r\na=b", 400, id="two lengths in one"),
        pytest.param(POST + b"Content-Length: +3\r\n\r\na=b", 400, id="signed length"),
        pytest.param(POST + b"Content-Length: -3\r\n\r\na=b", 400, id="negative length"),
        pytest.param(POST + b"Content-Length: 0x3\r\n\r\na=b", 400, id="hexadecimal length"),
        pytest.param(
            POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\na=b", 400, id="length of 5000 digits"
        ),
        pytest.param(POST + b"Content-Length: \r\n\r\na=b", 400, id="no length"),
        pytest.param(
            POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            id="length and chunks",
        ),
        pytest.param(
            b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="chunks in HTTP/1.0"
        ),
        pytest.param(POST + b"Transfer-Encoding: gzip\r\n\r\n", 400, id="unknown coding"),
        pytest.param(POST + b"Transfer-Encoding: chunked, identity\r\n\r\n", 400, id="chunked not last"),
        pytest.param(POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n", 400, id="coding with a control sign"),
        pytest.param(CHUNKED + b'2;a="\r\nxx\r\n0\r\n\r\n', 400, id="half a quoted extension"),
        pytest.param(CHUNKED + b"2;\r\nxx\r\n0\r\n\r\n", 400, id="empty extension"),
        pytest.param(CHUNKED + b"0x2\r\nxx\r\n0\r\n\r\n", 400, id="chunk size with a prefix"),
        pytest.param(CHUNKED + b"-2\r\nxx\r\n0\r\n\r\n", 400, id="negative chunk size"),
        pytest.param(CHUNKED + b"zz\r\nxx\r\n0\r\n\r\n", 400, id="chunk size that is none"),
        pytest.param(CHUNKED + b"2\r\nxxx\r\n0\r\n\r\n", 400, id="longer chunk than announced"),
        pytest.param(CHUNKED + b"1;" + b"a" * MAX_BODY, 400, id="endless extension"),
        pytest.param(CHUNKED + b"0\r\nX: " + b"a" * MAX_BODY, 400, id="endless trailer"),
        pytest.param(CHUNKED + b"1\r\na\r\n" * 16_000, 400, id="tiny chunks"),
        pytest.param(CHUNKED + b"%x\r\n" % (10 * MAX_BODY) + b"a" * 2 * MAX_BODY, 413, id="large chunk"),
        pytest.param(POST + b"Content-Length: 100001\r\n\r\n" + b"a" * 100_001, 413, id="large body"),
        pytest.param(POST + b"Content-Length: %d\r\n\r\n" % 10**30, 413, id="endless body"),
    ],
)
def test_what_is_no_proper_request_is_refused_by_the_application(
    site: Site, request_sent: bytes, expected: int, caplog: pytest.LogCaptureFixture
) -> None:
    with site.connect() as connection:
        connection.sendall(request_sent)
        connection.shutdown(socket.SHUT_WR)
        assert status(read_to_end(connection)) == expected
    assert site.bodies == [b""], "it is asked once, and gets no body"
    assert not caplog.records


@pytest.mark.parametrize(
    ("request_sent", "body"),
    [
        (POST + b"Content-Length: 3\r\n\r\na=b", b"a=b"),
        (POST + b"Content-Length: 100000\r\n\r\n" + b"a" * MAX_BODY, b"a" * MAX_BODY),
        (CHUNKED + b'3;x="y"\r\na=b\r\n2\r\ncd\r\n0\r\nX: trailer\r\n\r\n', b"a=bcd"),
        (b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\na=b", b"a=b"),
        (HEAD + b"X: " + b"a" * (MAX_HEAD_BYTES - 100) + b"\r\n\r\n", b""),
        (b"\r\n\r\n" + HEAD + b"\r\n", b""),
    ],
)
def test_proper_requests_are_read_whole(site: Site, request_sent: bytes, body: bytes) -> None:
    with site.connect() as connection:
        connection.sendall(request_sent)
        connection.shutdown(socket.SHUT_WR)
        assert status(read_to_end(connection)) == HTTPStatus.OK
    assert site.bodies == [body]


@pytest.mark.parametrize(
    ("headers", "content_type"),
    [
        (b"", None),
        (b'Content-Type: a/b; boundary="c, d"\r\n', 'a/b; boundary="c, d"'),
        (b"content-type:\ta/b \r\nX: y\r\nContent-Type: c/d\r\n", "c/d"),
    ],
)
def test_of_several_content_types_the_last_one_counts(
    site: Site, headers: bytes, content_type: str | None
) -> None:
    site.send(POST + headers + b"Connection: close\r\nContent-Length: 3\r\n\r\na=b")
    assert site.content_types == [content_type]


@pytest.mark.parametrize("size", [MAX_BODY + 1, 9_000_000])
def test_whoever_sends_too_much_gets_the_answer_and_no_broken_connection(site: Site, size: int) -> None:
    with site.connect() as connection:
        # As browsers do, it sends everything before it reads.
        connection.sendall(POST + b"Content-Length: %d\r\n\r\n" % size)
        for _ in range(size // 1000):
            connection.sendall(b"a" * 1000)
        connection.sendall(b"a" * (size % 1000))
        assert status(read_to_end(connection)) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_client_that_asks_first_is_told_before_it_sends(site: Site) -> None:
    announced = POST + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with site.connect() as connection:
        connection.sendall(announced % (MAX_BODY + 1))
        assert status(read_to_end(connection)) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    with site.connect() as connection:
        connection.sendall(announced % 3)
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"a=b")
        assert read_to_end(connection).endswith(b"got a=b")


def test_pipelined_requests_are_answered_in_their_order(site: Site) -> None:
    requests = [POST + b"Content-Length: 1\r\n\r\n%d" % number for number in range(5)]
    answers = site.send(b"".join(requests) + HEAD + b"Connection: close\r\n\r\n")
    assert [line for line in answers.split(b"\r\n") if line.startswith(b"got ")] == [
        b"got 0HTTP/1.1 200 OK",
        b"got 1HTTP/1.1 200 OK",
        b"got 2HTTP/1.1 200 OK",
        b"got 3HTTP/1.1 200 OK",
        b"got 4HTTP/1.1 200 OK",
        b"got ",
    ]


def test_paths_with_a_thread_of_their_own_are_answered_while_all_others_wait(site: Site) -> None:
    with ExitStack() as stack:
        waiting = [stack.enter_context(site.connect()) for _ in range(2 * THREADS)]
        for connection in waiting:
            connection.sendall(b"GET /blocks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert site.get("/healthz").endswith(b"got ")
        assert site.bodies == [b""]
        site.released.set()
        for connection in waiting:
            assert read_to_end(connection).endswith(b"got ")


def test_a_server_that_stops_answers_what_was_begun_and_ends_the_rest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_STOPPING_IDLE_LIMIT", 0.1)
    with site.connect() as begun, site.connect() as idle:
        begun.sendall(POST + b"Content-Length: 3\r\n\r\na")
        idle.sendall(HEAD + b"\r\n")
        read_until(idle, b"got ")
        site.server.is_stopping = True
        assert read_to_end(idle) == b""
        begun.sendall(b"=b")
        answer = read_to_end(begun)
    assert answer.endswith(b"got a=b")
    assert b"\r\nConnection: close\r\n" in answer


def test_a_failure_is_logged_without_what_the_request_said(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    assert status(site.get(f"/fails/{SECRET}")) == HTTPStatus.INTERNAL_SERVER_ERROR
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert SECRET not in record.getMessage()
    assert site.get().endswith(b"got ")


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds, or fail."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
