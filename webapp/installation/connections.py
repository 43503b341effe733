"""HTTP connections of a worker process: waitress' server, with deadlines, bounds and stricter parsing.

One thread reads all requests, head and body, and sends all responses; other threads only run the application.
So a slow client occupies a connection, but no thread. What waitress leaves open is closed here: a client that
never ends its request or never reads its response, too many connections, too much memory, requests that
another server in front could read differently.
"""

import logging
import re
import socket
import time
from collections.abc import Collection, MutableMapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, Task, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, logger as waitress_log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LONGEST_WAIT = 60.0
"""Seconds from a connection's last response, or its beginning, until its next request must be complete. After
a refused request the rest of it is read and discarded for as long."""
IDLE_LIMIT = 5.0
"""Seconds that a connection is kept while its client sends nothing."""
SLOWEST_READING = 10_000
"""Bytes a second. A response must be read within `LONGEST_WAIT` and the time that it takes at this rate."""
MAX_CONNECTIONS = 400
"""Connections of a worker process; a new one then takes the place of the one that has waited for its client
for the longest. With the files that a process has open they stay below the usual limit of 1,024."""
MAX_HEAD_BYTES = 16 * 1024
"""Bytes of a request's first line and headers together."""
MAX_CHUNK_FRAMING = 64 * 1024
"""Bytes of a chunked body that are no content: each chunk costs time, however small it is."""
MAX_HELD_BYTES = 64 * 1024 * 1024
"""Bytes of the bodies of incomplete requests, which are held in memory: no letter is written to the disk
unencrypted."""
UNREADABLE = "lettersdesk.unreadable"
"""Key in the WSGI environment of a request that the server refuses: the status, 400, 413 or 431. The
application answers with its own error page."""
_CONTENT_TYPE = re.compile(rb"\r\ncontent-type:([^\r\n]*)", re.IGNORECASE)
_STOPPING_IDLE_LIMIT = 1.0
"""`IDLE_LIMIT` of a server that stops: a client may be sending its next request already."""
_CHECK_INTERVAL = 1
"""Seconds between two searches for overdue connections."""
_CHECKED_BYTES = 1024 * 1024
"""The held bytes are added up each time that so many have arrived."""


class RequestParser(HTTPRequestParser):
    """Parses one request, and refuses what servers read in different ways.

    Every refusal is a status of its own error: 400, 413 or 431.
    """

    headers: dict[str, str]
    command: Any = "GET"
    path = "/"
    query = ""
    request_uri = "/"
    url_scheme = "http"

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the first line and the headers.

        Raises:
            ParsingError: they are malformed or ambiguous.
        """
        try:
            super().parse_header(header_plus)
        except (ValueError, TransferEncodingNotImplemented):
            # Such as a URL with half an IPv6 address, or a number with thousands of digits.
            raise ParsingError("malformed") from None
        is_ambiguous = (
            self.version not in {"1.0", "1.1"}
            or "TRANSFER_ENCODING" in self.headers
            or (self.chunked and "CONTENT_LENGTH" in self.headers)
            or b"\r\n " in header_plus
            or b"\r\n\t" in header_plus
        )
        if is_ambiguous:
            raise ParsingError("ambiguous")
        if content_types := _CONTENT_TYPE.findall(header_plus):
            # The last one, where there are several (RFC 9110, section 8.3): waitress makes a list of them,
            # which names no type, so that the form would be lost.
            self.headers["CONTENT_TYPE"] = content_types[-1].strip(b" \t").decode("latin-1")

    def received(self, data: bytes) -> int:
        """Take in the next bytes, and return how many of them belong to this request."""
        consumed = super().received(data)
        if self.chunked and self.body_rcv is not None and not self.completed:
            framing = self.body_bytes_received - len(self.body_rcv)
            if framing > MAX_CHUNK_FRAMING:
                self.error = BadRequest("too many chunks")
                self.completed = True
        if self.error:
            # The client is told of the refusal, and not to continue.
            self.expect_continue = False
        return consumed


class RequestTask(WSGITask):
    """Runs the application for one request."""

    def execute(self) -> None:
        """Call the application and write its response; the last one of a server that stops."""
        if cast("ConnectionServer", self.channel.server).is_stopping:
            cast("RequestParser", self.request).headers["CONNECTION"] = "close"
        super().execute()


class UnreadableTask(RequestTask):
    """Lets the application answer a request that is refused; the connection ends after it."""

    def get_environment(self) -> "WSGIEnvironment":
        """Return a WSGI environment without a body, and with the status under `UNREADABLE`."""
        error = cast("RequestParser", self.request).error
        environ = super().get_environment()
        environ[UNREADABLE] = error.code if error else BadRequest.code
        environ["wsgi.input"] = BytesIO()
        environ.pop("CONTENT_LENGTH", None)
        return environ

    def execute(self) -> None:
        """Call the application and write its response."""
        self.set_close_on_finish()
        super().execute()


class _ConnectionLog(logging.LoggerAdapter[logging.Logger]):
    """Leaves out waitress' messages, into which it formats the path of a request and the client's address."""

    def process(
        self, msg: object, kwargs: MutableMapping[str, Any]
    ) -> tuple[object, MutableMapping[str, Any]]:
        del msg
        return "A connection failed", kwargs


class Connection(HTTPChannel):
    """One connection: the request that is being read, those in hand, and what is left to send."""

    task_class = RequestTask
    error_task_class = cast("type[ErrorTask]", UnreadableTask)
    parser_class = RequestParser
    logger = cast("logging.Logger", _ConnectionLog(waitress_log))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Begin to wait for the first request; the arguments are those of waitress' class."""
        self.waiting_since = time.monotonic()
        self._is_discarding = False
        super().__init__(*arguments, **named)

    @property
    def held_bytes(self) -> int:
        """The bytes of the incomplete request's body that have arrived."""
        return self.request.body_bytes_received if self.request else 0

    def waits(self) -> bool:
        """Tell whether it is the client's turn: no request is in hand."""
        return not self.requests

    def is_overdue(self, now: float, idle_limit: float) -> bool:
        """Tell whether the client has kept the server waiting for too long.

        Args:
            now: The monotonic time.
            idle_limit: Seconds that are allowed to a client that sends nothing.
        """
        if not self.waits():
            return False
        waited = now - self.waiting_since
        if self.total_outbufs_len:
            return waited > LONGEST_WAIT + self.total_outbufs_len / SLOWEST_READING
        if self.request or self._is_discarding:
            return waited > LONGEST_WAIT
        return waited > idle_limit

    def readable(self) -> bool:
        """Tell whether bytes of the client are wanted."""
        return self._is_discarding or super().readable()

    def received(self, data: bytes) -> bool:
        """Take in bytes of requests; the rest of a refused one is discarded."""
        if self._is_discarding:
            return False
        taken = super().received(data)
        cast("ConnectionServer", self.server).note_received(len(data))
        return taken

    def handle_write(self) -> None:
        """Send what can be sent, and end the connection where its last response is sent.

        The client may still be sending the request that was refused. If the socket were closed now, the bytes
        that nobody has read would make the kernel reset the connection, and the client would lose the
        response: so only the sending half is closed, until the client closes its own.
        """
        ends = self.close_when_flushed and not self.will_close
        self.close_when_flushed = False
        super().handle_write()
        if not ends or self.socket is None:
            return
        if self.total_outbufs_len:
            self.close_when_flushed = True
            return
        self._is_discarding = True
        self.waiting_since = time.monotonic()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()

    def service(self) -> None:
        """Answer the first request in hand; runs in a thread of the dispatcher."""
        super().service()
        self.waiting_since = time.monotonic()

    def handle_error(self) -> None:
        """Log the exception that is being handled, without its message, and close the connection."""
        self.logger.error("", exc_info=True)  # noqa: LOG014 -- waitress calls this in an exception handler
        self.handle_close()


class ConnectionServer(TcpWSGIServer):
    """All connections of a worker process, to one listening socket."""

    channel_class = Connection

    def __init__(
        self,
        application: "WSGIApplication",
        listener: socket.socket,
        *,
        threads: int,
        own_threads: Collection[str],
        max_body_bytes: int,
    ) -> None:
        """Accept connections from ``listener``, once `poll` is called; starts the threads.

        Args:
            application: The WSGI application.
            listener: The bound socket.
            threads: The number of threads that run the application.
            own_threads: Paths whose requests are answered by a thread of their own each, whatever the others
                wait for.
            max_body_bytes: The size of the largest request body that is accepted, in bytes.
        """
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            ident="",
            # The application reads them itself, where the settings say so.
            clear_untrusted_proxy_headers=False,
            connection_limit=2 * MAX_CONNECTIONS,
            cleanup_interval=_CHECK_INTERVAL,
            max_request_header_size=MAX_HEAD_BYTES,
            # waitress refuses bodies of this size.
            max_request_body_size=max_body_bytes + 1,
            inbuf_overflow=2 * max_body_bytes,
            log_socket_errors=False,
        )
        self.is_stopping = False
        self._unchecked_bytes = 0
        self._polled: dict[int, socket.socket] = {}
        dispatcher = _threads(threads)
        self._own_dispatchers = {path: _threads(1) for path in own_threads}
        # Requests that wait for a thread are no trouble: waitress would warn of each.
        dispatcher.queue_logger.setLevel(logging.ERROR)
        super().__init__(
            application,
            map=self._polled,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    def poll(self, longest: float) -> None:
        """Wait for something to do for up to ``longest`` seconds, and do it."""
        wasyncore.poll2(longest, self._polled)
        if self.is_stopping:
            # The listening socket, which calls this otherwise, is gone.
            self.maintenance(0)

    def stop_accepting(self) -> None:
        """Close the listening socket; connections end after the responses to what they have begun."""
        self.is_stopping = True
        wasyncore.dispatcher.close(self)

    def shut_down(self) -> None:
        """Let the threads end, and close all connections."""
        for dispatcher in (self.task_dispatcher, *self._own_dispatchers.values()):
            dispatcher.shutdown()
        wasyncore.close_all(self._polled)

    def has_connections(self) -> bool:
        """Tell whether a connection is open."""
        return bool(self.active_channels)

    def add_task(self, task: Task) -> None:
        """Let a thread answer the first request in hand of a connection."""
        connection = cast("Connection", task)
        path = cast("RequestParser", connection.requests[0]).path
        self._own_dispatchers.get(path, self.task_dispatcher).add_task(task)

    def handle_accept(self) -> None:
        """Accept a connection; where there are too many, it takes the place of the longest waiting one."""
        if len(self._channels()) >= MAX_CONNECTIONS:
            self._close_longest_waiting()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close the connections whose clients are overdue; waitress calls this each `_CHECK_INTERVAL`."""
        del now
        idle_limit = _STOPPING_IDLE_LIMIT if self.is_stopping else IDLE_LIMIT
        moment = time.monotonic()
        for connection in self._channels():
            if connection.is_overdue(moment, idle_limit):
                connection.handle_close()

    def note_received(self, count: int) -> None:
        """Count received bytes; where too many are held, close connections that hold some."""
        self._unchecked_bytes += count
        if self._unchecked_bytes < _CHECKED_BYTES:
            return
        self._unchecked_bytes = 0
        held = sum(connection.held_bytes for connection in self._channels())
        while held > MAX_HELD_BYTES and (freed := self._close_longest_waiting(holding=True)):
            held -= freed

    def _close_longest_waiting(self, *, holding: bool = False) -> int:
        """Close the connection that has waited for its client for the longest; return the bytes it held.

        Args:
            holding: Whether only connections count that hold bytes of an incomplete body.
        """
        waiting = [
            connection
            for connection in self._channels()
            if connection.waits() and (connection.held_bytes or not holding)
        ]
        if not waiting:
            return 0
        longest = min(waiting, key=lambda connection: connection.waiting_since)
        held = longest.held_bytes
        longest.handle_close()
        return held

    def _channels(self) -> list[Connection]:
        return list(cast("dict[int, Connection]", self.active_channels).values())


def _threads(count: int) -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(count)
    return dispatcher
