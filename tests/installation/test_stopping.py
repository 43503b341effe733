"""Graceful shutdown and restart: requests under way are finished, and letters are kept."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.installation.server import (
    SECONDS_TO_WAIT,
    RunningServer,
    running_server,
    started_server,
    wait_until,
    wait_until_ready,
)
from tests.installation.steps import FORM, assert_received, filled_form, send_letter
from webapp.installation.server import GRACEFUL_TIMEOUT


def test_a_letter_under_way_is_taken_in_before_the_server_stops(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        with _half_sent_letter(server) as (connection, rest):
            server.process.send_signal(signal.SIGTERM)
            wait_until(lambda: len(server.worker_pids()) == 1, "the worker with nothing in hand has stopped")
            connection.sendall(rest)
            assert connection.makefile("rb").readline().split()[1] == b"303"
        assert server.process.wait(SECONDS_TO_WAIT) == 0
        assert not server.is_listening()


@contextmanager
def _half_sent_letter(server: RunningServer) -> Iterator[tuple[socket.socket, bytes]]:
    """Open a connection on which half of a letter's form was sent; yield it and the other half."""
    client = server.client()
    body = urlencode(filled_form(client)).encode()
    half = len(body) // 2
    with socket.create_connection(("127.0.0.1", server.port), SECONDS_TO_WAIT) as connection:
        headers = client.headers() | {
            "Host": f"127.0.0.1:{server.port}",
            "Content-Length": str(len(body)),
            # The 100 response shows that a worker has begun with the request.
            "Expect": "100-continue",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST {FORM} HTTP/1.1\r\n{head}\r\n".encode())
        assert connection.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body[:half])
        yield connection, body[half:]


def test_letters_are_there_again_after_a_restart(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        sent = send_letter(server.client())
        _stop_at_once(server, signal.SIGTERM)
    with running_server(tmp_path) as server:
        assert_received(server.client(), sent)
        _stop_at_once(server, signal.SIGINT)


def test_two_servers_may_start_at_once_on_an_empty_store(tmp_path: Path) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(started_server(tmp_path)) for _ in range(2))
        for server in (first, second):
            wait_until_ready(server)
        client = first.client()
        form = filled_form(client)
        # They share the secret key, so that a form from one server is valid at the other.
        client.port = second.port
        assert_received(client, client.post(FORM, form))
        assert_received(first.client(), send_letter(first.client()))


def test_other_signals_change_nothing(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        workers = server.worker_pids()
        for name in ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGTTOU"):
            for pid in (server.pid, *workers):
                os.kill(pid, signal.Signals[name])
        # The parent process handles signals in turn: this one shows that it has handled the others.
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: workers[0] not in server.worker_pids(), "the killed worker is gone")
        wait_until_ready(server)
        assert workers[1] in server.worker_pids()
        assert server.client().get("/healthz").status == 200
        assert server.stop() == 0
        assert server.unexpected_errors == []


def _stop_at_once(server: RunningServer, stop_signal: signal.Signals) -> None:
    since = time.monotonic()
    assert server.stop(stop_signal) == 0
    assert time.monotonic() - since < GRACEFUL_TIMEOUT / 2, "it does not wait for work that there is not"
    assert not server.is_listening()
    assert server.unexpected_errors == []
