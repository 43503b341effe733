"""A server that runs for real: its whole log, and the numbers of all its processes."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation.server import RunningServer, running_server, wait_until, wait_until_ready
from tests.installation.steps import assert_received, send_letter
from tests.monitoring.test_metrics import number
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
    "GET /letters/{token}?" + "q" * 5000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
)
"""What the web server can't read, and quotes."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server with a folder of its own for what it throws away."""
    (tmp_path / "tmp").mkdir()
    environment = {"LETTERSDESK_RATE_LIMITS": "off", "TMPDIR": str(tmp_path / "tmp")}
    with running_server(tmp_path, environment) as server:
        yield server


def numbers(server: RunningServer) -> bytes:
    return server.caller().get("/metrics").text.encode()


def accepted(server: RunningServer) -> float | None:
    return number(numbers(server), "letters_accepted_total", paper="harbour-herald", channel="form")


def leftovers(server: RunningServer) -> list[Path]:
    return list((server.log_file.parent / "tmp").iterdir())


def test_every_process_tells_the_numbers_of_all_and_none_is_lost_with_a_process(
    server: RunningServer,
) -> None:
    for number_of_letter in range(LETTERS):
        assert send_letter(server.caller(), headline=f"Letter {number_of_letter}").status == 303
    assert {accepted(server) for _ in range(LETTERS)} == {LETTERS}
    files = sorted(leftovers(server)[0].iterdir())
    for _ in range(2):
        killed = server.workers()[0]
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: killed not in server.workers(), "the worker has ended")  # noqa: B023 -- asked at once
        wait_until_ready(server)
        assert accepted(server) == LETTERS
    assert send_letter(server.caller(), headline="One more").status == 303
    assert {accepted(server) for _ in range(LETTERS)} == {LETTERS + 1}
    assert sorted(leftovers(server)[0].iterdir()) == files, "a new worker takes the place of one that ended"
    assert server.stop() == 0
    assert leftovers(server) == []


def test_what_a_killed_server_leaves_behind_goes_when_the_next_one_starts(
    server: RunningServer, tmp_path: Path
) -> None:
    before, workers = leftovers(server), server.workers()
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "its workers have ended")
    assert leftovers(server) == before
    with running_server(tmp_path, {"TMPDIR": str(tmp_path / "tmp")}) as after:
        assert len(leftovers(after)) == 1
        assert leftovers(after) != before
        with running_server(tmp_path, {"TMPDIR": str(tmp_path / "tmp")}) as beside:
            assert len(leftovers(beside)) == 2, "what is in use stays"


def test_the_log_of_a_day_holds_json_and_nobodys_particulars(server: RunningServer) -> None:
    caller = server.caller()
    assert send_letter(caller, name="", headline=HEADLINE).status == 422
    sent = send_letter(caller, headline=HEADLINE)
    assert_received(caller, sent)
    page = sent.headers["Location"]
    token = page.rpartition("/")[2]
    caller.post(f"{page}/withdraw", caller.get(page).fields() | {"reason": "It is printed elsewhere"})
    sign_in = caller.get("/desk/login").fields() | {"email": STRANGER, "password": "let me in"}
    assert caller.post("/desk/login", sign_in).status == 422
    caller.get(f"/desk/?q={SEARCH}")
    caller.get(f"/{SEARCH}")
    for unreadable in UNREADABLE:
        say(server, unreadable.format(token=token))
    assert server.stop() == 0
    private = (token, SEARCH, STRANGER, "let me in", "elsewhere", HEADLINE, BODY[:10], "127.0.0.1:")
    for word in (*private, *PARTICULARS.values()):
        assert word.splitlines()[0] not in log(server), word
    lines = [json.loads(line) for line in log(server).splitlines()]
    assert {"reader.send_letter", "own_page.show", "own_page.take_back", "desk.start_sign_in", "none"} <= {
        line.get("route") for line in lines
    }
    assert any(line["logger"] == "gunicorn.error" for line in lines), "what can't be read is told"


def test_the_demo_keeps_its_addresses_in_sight(tmp_path: Path) -> None:
    with running_server(tmp_path, command="demo") as demo:
        demo.caller().get("/")
        assert demo.stop() == 0
        assert "{" not in demo.log


def test_a_token_is_asked_for_where_there_is_one(tmp_path: Path) -> None:
    with running_server(tmp_path, {"LETTERSDESK_METRICS_TOKEN": TOKEN}) as server:
        assert server.caller().get("/metrics").status == 401
        assert TOKEN not in server.log


def log(server: RunningServer) -> str:
    """Return what came on standard error: on standard output the server says hello in three lines."""
    return server.log.split("\n", 3)[3]


def say(server: RunningServer, words: str) -> None:
    """Say something to the server that may be no HTTP, and hear its answer out."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(words.encode())
        while connection.recv(4096):
            pass
