"""The request log: a request ID in response and log, route and status, no URL and no personal data."""

import logging
from functools import partial

import pytest
from flask import Flask

from tests.pages import Visitor
from tests.reader.letter_writer import Writer
from tests.samples import BODY, PARTICULARS
from webapp.monitoring.logs import JsonFormatter
from webapp.monitoring.request_log import REQUEST_ID_HEADER, VALID_REQUEST_ID
from webapp.reader import own_page
from webapp.store.database import Database, StoreAwayError

SEARCH = "a-very-private-search"


@pytest.fixture
def writer(sqlite: Database) -> Writer:
    """A writer whose letter was just received."""
    return Writer(sqlite)


@pytest.fixture(autouse=True)
def capture_all_levels(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Capture all levels, formatted as in production."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(caplog.handler, "formatter", JsonFormatter())


def facts(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """Return the ``facts`` of all log records that have some."""
    return [record.facts for record in caplog.records if hasattr(record, "facts")]


def test_a_request_is_logged_by_its_route(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.test_client().get(f"/harbour-herald/letters/new?q={SEARCH}")
    (logged,) = facts(caplog)
    assert isinstance(logged.pop("milliseconds"), float)
    assert logged == {"route": "reader.new_letter", "method": "GET", "status": 200}
    assert SEARCH not in caplog.text


def test_a_valid_request_id_from_a_proxy_is_kept(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    given = "7b0f9d3e-1c5a-4e0b-9f58-2d9f0a7c1e11"
    answer = app.test_client().get("/", headers={REQUEST_ID_HEADER: given})
    assert answer.headers[REQUEST_ID_HEADER] == given
    assert f'"request_id": "{given}"' in caplog.text


@pytest.mark.parametrize(
    "given",
    ["", "short", "x" * 65, "tai-man@example.com", '"}, {"level": "error', "a b c d e f g h", "é" * 9],
)
def test_an_invalid_request_id_is_replaced(app: Flask, caplog: pytest.LogCaptureFixture, given: str) -> None:
    answer = app.test_client().get("/", headers={REQUEST_ID_HEADER: given})
    assert VALID_REQUEST_ID.fullmatch(answer.headers[REQUEST_ID_HEADER])
    assert answer.headers[REQUEST_ID_HEADER] != given
    assert not given or given not in caplog.text


def test_each_request_has_its_own_id(app: Flask) -> None:
    client = app.test_client()
    assert len({client.get("/").headers[REQUEST_ID_HEADER] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere", 404), ("/desk/", 302), ("/desk/logout", 405), ("/healthz", 200)]
)
def test_every_response_has_a_request_id(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get(address)
    assert (answer.status_code, bool(VALID_REQUEST_ID.fullmatch(answer.headers[REQUEST_ID_HEADER]))) == (
        status,
        True,
    )


@pytest.mark.parametrize(("error", "status"), [(ZeroDivisionError(BODY), 500), (StoreAwayError(BODY), 503)])
def test_an_error_is_found_in_the_log_by_the_request_id_of_its_response(
    writer: Writer,
    error: Exception,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(error: Exception, *_asked: object) -> None:
        raise error

    monkeypatch.setattr(own_page, "letter_for_writer", partial(fail, error))
    caplog.clear()
    answer = writer.visitor.client.get(writer.page)
    assert answer.status_code == status
    logged = [line for line in caplog.text.splitlines() if answer.headers[REQUEST_ID_HEADER] in line]
    assert any(f"{type(error).__name__}" in line for line in logged)
    assert facts(caplog)[-1]["status"] == status
    assert writer.token not in caplog.text
    assert BODY[:10] not in caplog.text


def test_unknown_methods_are_logged_as_other(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.test_client().open("/", method="TAIMAN")
    assert facts(caplog)[-1]["method"] == "OTHER"


@pytest.mark.parametrize(
    ("address", "level"),
    [("/healthz", "DEBUG"), ("/metrics", "DEBUG"), ("/", "INFO"), ("/nowhere", "INFO")],
)
def test_routes_that_machines_request_are_logged_at_level_debug(
    app: Flask, caplog: pytest.LogCaptureFixture, address: str, level: str
) -> None:
    app.test_client().get(address)
    assert [record.levelname for record in caplog.records if hasattr(record, "facts")] == [level]


def test_the_log_of_a_letter_contains_nothing_of_its_writer(
    visitor: Visitor, dana: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.open("/harbour-herald/letters/new")
    visitor.send(PARTICULARS | {"body": ""})
    assert visitor.page
    assert visitor.page.status == 422
    page = visitor.send(PARTICULARS | {"body": BODY, "headline": "In praise of slowness"})
    assert page.status == 200
    reference = page.all(".reference")[0].replace("-", "")
    dana.open(f"/desk/letters/{reference}?q={SEARCH}")
    visitor.send({"reason": "It is printed elsewhere."})
    token = page.address.rpartition("/")[2]
    private = (token, SEARCH, "elsewhere", "slowness", BODY[:10], *PARTICULARS.values())
    assert [word for word in private if word.splitlines()[0] in caplog.text] == []
    assert {"reader.send_letter", "own_page.show", "own_page.take_back", "desk.letter"} <= {
        logged["route"] for logged in facts(caplog)
    }
