"""The token in the own page's address is a secret: it is in no log, and no referrer carries it."""

import sqlite3
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from tests.installation.server import running_server
from tests.installation.steps import send_letter
from tests.reader.letter_writer import Writer
from webapp.reader import own_page
from webapp.store.database import StoreAwayError


def raise_error(error: Exception, *_asked: object) -> None:
    raise error


@pytest.mark.parametrize(
    ("status", "address"),
    [
        (200, ""),
        (303, "/withdraw"),
        (404, "/no/such/page"),
        (405, "/confirm/x/"),
        (410, "/confirm/x"),
        (404, "x"),
    ],
)
def test_every_response_has_no_referrer_and_no_store(writer: Writer, status: int, address: str) -> None:
    answer = writer.visitor.client.get(f"{writer.page}{address}")
    assert answer.status_code in {status, 404}
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("error", "status"), [(ZeroDivisionError(), 500), (StoreAwayError(), 503), (ValueError(), 500)]
)
def test_responses_to_errors_have_no_referrer_and_logs_have_no_token(
    writer: Writer,
    error: Exception,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(own_page, "letter_for_writer", partial(raise_error, error))
    for address in (writer.page, writer.link):
        answer = writer.visitor.client.get(address)
        assert answer.status_code == status
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert writer.token not in caplog.text


def test_refused_requests_have_no_referrer(writer: Writer) -> None:
    client = writer.visitor.client
    assert client.post(f"{writer.page}/withdraw").status_code == 400
    answers = [
        client.post(f"{writer.page}/withdraw"),
        client.post(writer.link),
        client.delete(writer.page),
        client.get(f"{writer.page}/withdraw/"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 405, 404]
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}


def test_other_pages_keep_their_referrer_policy(app: Flask) -> None:
    assert app.test_client().get("/").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "damage", ["UPDATE letters SET state = 'nonsense'", "ALTER TABLE letters RENAME TO gone"]
)
def test_the_log_of_a_failing_server_has_no_token(tmp_path: Path, damage: str) -> None:
    with running_server(tmp_path, {"LETTERSDESK_RATE_LIMITS": "off"}) as server:
        client = server.client()
        page = send_letter(client).headers["Location"]
        token = page.rpartition("/")[2]
        assert client.get(page).status == 200
        with sqlite3.connect(tmp_path / "instance" / "letters.db") as store:
            store.execute("PRAGMA ignore_check_constraints = ON")
            store.execute(damage)
        for address in (page, f"{page}/confirm/a-proof", f"{page}/withdraw"):
            answer = client.get(address)
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert client.get(page).status == 500
        assert server.stop() == 0
        assert "Exception on own_page.show [GET]" in server.log
        assert token not in server.log
        assert "a-proof" not in server.log
