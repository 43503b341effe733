"""A running server: metrics summed over its worker processes, and its log without personal data."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation.server import RunningServer, running_server, wait_until, wait_until_ready
from tests.installation.steps import assert_received, send_letter
from tests.monitoring.test_metrics import sample
from tests.samples import BODY, PARTICULARS

TOKEN = "a token that only the tests know"
SEARCH = "a-very-private-search"
STRANGER = "stranger@example.com"
LETTERS = 6
HEADLINE = "In praise of slowness"
UNREADABLE = (
    "GET /letters/{token} HTTP/9.9\r\nHost: x\r\n\r\n",
    "GET /letters/{token} HTTP/1.1\r\nHost: x\r\nMy Header: tai-man@example.com\r\n\r\n",
    "GE\x01T /letters/{token} HTTP/1.1\r\n\r\n",
    "POST /letters/{token}/withdraw HTTP/1.1\r\nHost: x\r\nContent-Length: tai-man@example.com\r\n\r\n",
    "GET /letters/{token}?" + "q" * 50_000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
)
"""Malformed requests, which the web server quotes in its error messages."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server with its own temporary folder."""
    (tmp_path / "tmp").mkdir()
    environment = {"LETTERSDESK_RATE_LIMITS": "off", "TMPDIR": str(tmp_path / "tmp")}
    with running_server(tmp_path, environment) as server:
        yield server


def metrics(server: RunningServer) -> bytes:
    """Return the metrics of one of the server's processes, whichever answers."""
    return server.client().get("/metrics").text.encode()


def accepted(server: RunningServer) -> float | None:
    """Return the counter of accepted letters."""
    return sample(metrics(server), "letters_accepted_total", paper="harbour-herald", channel="form")


def temporary_files(server: RunningServer) -> list[Path]:
    """Return what is in the server's temporary folder."""
    return list((server.log_file.parent / "tmp").iterdir())


def test_every_process_returns_the_sum_and_killed_processes_lose_no_counts(
    server: RunningServer,
) -> None:
    for number_of_letter in range(LETTERS):
        assert send_letter(server.client(), headline=f"Letter {number_of_letter}").status == 303
    assert {accepted(server) for _ in range(LETTERS)} == {LETTERS}
    files = sorted(temporary_files(server)[0].iterdir())
    for _ in range(2):
        killed = server.worker_pids()[0]
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: killed not in server.worker_pids(), "the worker has ended")  # noqa: B023 -- asked at once
        wait_until_ready(server)
        assert accepted(server) == LETTERS
    assert send_letter(server.client(), headline="One more").status == 303
    assert {accepted(server) for _ in range(LETTERS)} == {LETTERS + 1}
    assert sorted(temporary_files(server)[0].iterdir()) == files, (
        "a new worker takes the place of one that ended"
    )
    assert server.stop() == 0
    assert temporary_files(server) == []


def test_temporary_files_of_a_killed_server_are_deleted_when_the_next_one_starts(
    server: RunningServer, tmp_path: Path
) -> None:
    before, workers = temporary_files(server), server.worker_pids()
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "its workers have ended")
    assert temporary_files(server) == before
    with running_server(tmp_path, {"TMPDIR": str(tmp_path / "tmp")}) as after:
        assert len(temporary_files(after)) == len(before)
        assert set(temporary_files(after)).isdisjoint(before)
        with running_server(tmp_path, {"TMPDIR": str(tmp_path / "tmp")}) as beside:
            assert len(temporary_files(beside)) == 2 * len(before), "what is in use stays"


def test_the_whole_log_is_json_without_personal_data(server: RunningServer) -> None:
    client = server.client()
    assert send_letter(client, name="", headline=HEADLINE).status == 422
    sent = send_letter(client, headline=HEADLINE)
    assert_received(client, sent)
    page = sent.headers["Location"]
    token = page.rpartition("/")[2]
    client.post(f"{page}/withdraw", client.get(page).fields() | {"reason": "It is printed elsewhere"})
    sign_in = client.get("/desk/login").fields() | {"email": STRANGER, "password": "let me in"}
    assert client.post("/desk/login", sign_in).status == 422
    client.get(f"/desk/?q={SEARCH}")
    client.get(f"/{SEARCH}")
    for request in UNREADABLE:
        send_raw(server, request.format(token=token))
    assert server.stop() == 0
    private = (token, SEARCH, STRANGER, "let me in", "elsewhere", HEADLINE, BODY[:10], "127.0.0.1:")
    for word in (*private, *PARTICULARS.values()):
        assert word.splitlines()[0] not in log(server), word
    lines = [json.loads(line) for line in log(server).splitlines()]
    assert {"reader.send_letter", "own_page.show", "own_page.take_back", "desk.start_sign_in", "none"} <= {
        line.get("route") for line in lines
    }
    unreadable = [line for line in lines if line.get("status") in {400, 431}]
    assert len(unreadable) == len(UNREADABLE), "what can't be read is told"


def test_the_demo_logs_no_json(tmp_path: Path) -> None:
    with running_server(tmp_path, command="demo") as demo:
        demo.client().get("/")
        assert demo.stop() == 0
        assert "{" not in demo.log


def test_a_metrics_token_is_required_where_it_is_set(tmp_path: Path) -> None:
    with running_server(tmp_path, {"LETTERSDESK_METRICS_TOKEN": TOKEN}) as server:
        assert server.client().get("/metrics").status == 401
        assert TOKEN not in server.log


def log(server: RunningServer) -> str:
    """Return the log; before it the server says where its new store is, and four lines of standard output."""
    return server.log.split("\n", 5)[5]


def send_raw(server: RunningServer, data: str) -> None:
    """Send text that may not be valid HTTP, and read the response to its end."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(data.encode())
        while connection.recv(4096):
            pass
