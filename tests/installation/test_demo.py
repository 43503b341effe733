"""`lettersdesk demo`: start-up time, sample letters, the printed sign-in, and removal of its files."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation.server import RunningServer, running_server, wait_until, wait_until_ready

SECONDS_TO_BE_UP = 20


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[RunningServer]:
    """The running demo, with a temporary directory of its own."""
    since = time.monotonic()
    (tmp_path / "tmp").mkdir()
    env = {"TMPDIR": str(tmp_path / "tmp")}
    with running_server(tmp_path, env, command="demo", forked=False) as server:
        assert time.monotonic() - since < SECONDS_TO_BE_UP
        yield server


def test_the_printed_sign_in_opens_a_desk_full_of_letters(demo: RunningServer) -> None:
    assert f"{demo.url}/\n" in demo.log
    assert f"{demo.url}/desk/\n" in demo.log
    client = demo.client()
    sign_in = client.get("/desk/login").fields() | {
        "email": _printed(demo, "Sign in with"),
        "password": _printed(demo, "and the password"),
    }
    answer = client.post("/desk/login", sign_in)
    assert (answer.status, answer.headers["Location"]) == (303, "/desk/")
    queue = client.get("/desk/?state=all")
    assert queue.status == 200
    assert len(queue.soup.select("table.queue tbody tr")) >= 40
    messages = client.get("/desk/messages")
    assert "This is a demonstration: messages are shown here and never sent." in messages.text
    message = client.get(str(messages.soup.select("table.messages a")[0]["href"]))
    assert re.search(rf"{demo.url}/letters/\S+/confirm/\S+", message.text), "a demonstration shows the links"
    _assert_leaves_nothing(demo, signal.SIGINT)


def test_the_letters_outlive_a_worker(demo: RunningServer) -> None:
    ending, *_ = before = demo.worker_pids()
    os.kill(ending, signal.SIGTERM)
    wait_until(lambda: ending not in demo.worker_pids(), "the worker has ended")
    wait_until(lambda: len(demo.worker_pids()) == len(before), "another has taken its place")
    wait_until_ready(demo)
    _assert_leaves_nothing(demo, signal.SIGTERM)


def _assert_leaves_nothing(demo: RunningServer, stop_signal: signal.Signals) -> None:
    throwaway = demo.log_file.parent / "tmp"
    assert len(list(throwaway.glob("lettersdesk-demo-*/letters.db"))) == 1
    assert demo.stop(stop_signal) == 0
    assert list(throwaway.iterdir()) == []
    assert not (throwaway.parent / "instance").exists()
    assert demo.unexpected_errors == []


def _printed(demo: RunningServer, label: str) -> str:
    found = re.search(rf"{label} +(\S+)", demo.log)
    assert found, demo.log
    return found[1]
