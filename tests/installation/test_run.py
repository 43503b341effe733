"""`lettersdesk run` in an empty folder: created files, health checks, letters, several workers, headers."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.installation.http_client import HttpClient
from tests.installation.server import RunningServer, running_server, started_server, wait_until
from tests.installation.steps import FORM, assert_received, send_letter
from tests.samples import KEYS
from tests.services.postgres import PostgresServer
from webapp.app import MAX_REQUEST_BYTES
from webapp.reader.proof_of_work import BUSY_CLIENT_FROM
from webapp.web.security import HEADERS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with SQLite in an empty folder."""
    with running_server(tmp_path_factory.mktemp("house"), forked=False) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> HttpClient:
    """A client without cookies."""
    return server.client()


def test_the_first_start_makes_the_store_and_a_secret_for_its_owner_alone(server: RunningServer) -> None:
    instance = server.log_file.parent / "instance"
    assert (instance / "letters.db").is_file()
    secret = instance / "secret-key"
    assert len(secret.read_text(encoding="ascii")) >= 32
    assert oct(secret.stat().st_mode & 0o777) == "0o600"


def test_it_says_where_it_serves_which_paper(server: RunningServer) -> None:
    assert f"serves The Harbour Herald at {server.url}/" in server.log


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_machines_are_told_that_all_is_well(client: HttpClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 200
    assert json.loads(answer.text)["status"] == "ok"


def test_a_letter_is_taken_in_on_sqlite(client: HttpClient) -> None:
    assert_received(client, send_letter(client))


def test_a_letter_is_taken_in_on_postgresql(postgres_server: PostgresServer, tmp_path: Path) -> None:
    settings = {
        "LETTERSDESK_DATABASE_URL": postgres_server.create_database(),
        **KEYS,
    }
    with running_server(tmp_path, settings) as server:
        client = server.client()
        assert_received(client, send_letter(client))
        assert server.stop() == 0
    assert not (tmp_path / "instance").exists(), "nothing is kept beside PostgreSQL"


def test_each_of_several_workers_answers(server: RunningServer) -> None:
    workers = server.worker_pids()
    assert len(workers) > 1
    for awake in workers:
        asleep = [pid for pid in workers if pid != awake]
        for pid in asleep:
            os.kill(pid, signal.SIGSTOP)
        try:
            assert server.client().get("/readyz").status == 200
        finally:
            for pid in asleep:
                os.kill(pid, signal.SIGCONT)


def test_a_form_from_one_worker_is_accepted_by_all(server: RunningServer) -> None:
    # Twelve requests: the chance that one worker gets all of them is one in two thousand.
    for number in range(6):
        client = server.client()
        assert_received(client, send_letter(client, headline=f"Letter {number}"))


@pytest.mark.parametrize("path", [FORM, "/desk/login", "/no-such-page", "/static/none/paper.css"])
def test_every_answer_carries_the_security_headers(client: HttpClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_is_not_there_is_a_page(client: HttpClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status == 404
    assert [heading.get_text() for heading in answer.soup.select("h1")] == ["We can’t find this page."]


def test_a_letter_of_nearly_the_largest_size_comes_back_with_its_word_count(client: HttpClient) -> None:
    words = MAX_REQUEST_BYTES // 5 - 1000
    answer = send_letter(client, body="word " * words)
    assert answer.status == 422
    assert f"Your letter has {words:,} words; the limit is 400" in answer.text


def test_more_than_can_be_taken_in_is_answered_with_a_page(client: HttpClient) -> None:
    answer = send_letter(client, body="x" * (MAX_REQUEST_BYTES + 1))
    assert answer.status == 413
    assert "That is too much for us to take in." in answer.text


def test_it_serves_with_as_many_processes_as_it_is_told_which_count_together(tmp_path: Path) -> None:
    with started_server(tmp_path, {"LETTERSDESK_WORKERS": "3"}) as server:
        wait_until(
            lambda: len(server.worker_pids()) == 3 and server.is_listening(), "three workers are there"
        )
        wait_until(lambda: _answers(server), "it answers")
        # Each request is a connection of its own, which any of them takes.
        answers = [send_letter(server.client(), body="").status for _ in range(BUSY_CLIENT_FROM + 1)]
        assert answers == [422] * BUSY_CLIENT_FROM + [429], "all of them count a client's letters together"
        assert server.stop() == 0


def _answers(server: RunningServer) -> bool:
    with suppress(OSError):
        return server.client().get("/healthz").status == 200
    return False


def test_the_log_shows_no_errors(server: RunningServer) -> None:
    assert server.unexpected_errors == []
    assert "[ERROR]" not in server.log
