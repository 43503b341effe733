"""Every request has a name, in the answer and in the log, and its address is in neither."""

import logging
from functools import partial

import pytest
from flask import Flask

from tests.pages import Visitor
from tests.reader.letter_writer import Writer
from tests.samples import BODY, PARTICULARS
from webapp.monitoring.logs import JsonFormatter
from webapp.monitoring.requests import HEADER, SANE
from webapp.reader import own_page
from webapp.store.database import Database, StoreAwayError

SEARCH = "a-very-private-search"


@pytest.fixture
def writer(sqlite: Database) -> Writer:
    """A writer whose letter was just received."""
    return Writer(sqlite)


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Log as much as there is, the way the product does."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(caplog.handler, "formatter", JsonFormatter())


def facts(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [record.facts for record in caplog.records if hasattr(record, "facts")]


def test_a_request_is_logged_by_its_route(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.test_client().get(f"/harbour-herald/letters/new?q={SEARCH}")
    (told,) = facts(caplog)
    assert isinstance(told.pop("milliseconds"), float)
    assert told == {"route": "reader.new_letter", "method": "GET", "status": 200}
    assert SEARCH not in caplog.text


def test_a_name_that_a_proxy_gave_is_kept(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    given = "7b0f9d3e-1c5a-4e0b-9f58-2d9f0a7c1e11"
    answer = app.test_client().get("/", headers={HEADER: given})
    assert answer.headers[HEADER] == given
    assert f'"request_id": "{given}"' in caplog.text


@pytest.mark.parametrize(
    "given",
    ["", "short", "x" * 65, "tai-man@example.com", '"}, {"level": "error', "a b c d e f g h", "é" * 9],
)
def test_any_other_name_is_not(app: Flask, caplog: pytest.LogCaptureFixture, given: str) -> None:
    answer = app.test_client().get("/", headers={HEADER: given})
    assert SANE.fullmatch(answer.headers[HEADER])
    assert answer.headers[HEADER] != given
    assert not given or given not in caplog.text


def test_each_request_has_another_name(app: Flask) -> None:
    client = app.test_client()
    assert len({client.get("/").headers[HEADER] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere", 404), ("/desk/", 302), ("/desk/logout", 405), ("/healthz", 200)]
)
def test_every_answer_has_one(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get(address)
    assert (answer.status_code, bool(SANE.fullmatch(answer.headers[HEADER]))) == (status, True)


@pytest.mark.parametrize(("error", "status"), [(ZeroDivisionError(BODY), 500), (StoreAwayError(BODY), 503)])
def test_a_failure_is_found_by_the_name_in_its_answer(
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
    told = [line for line in caplog.text.splitlines() if answer.headers[HEADER] in line]
    assert any(f"{type(error).__name__}" in line for line in told)
    assert facts(caplog)[-1]["status"] == status
    assert writer.token not in caplog.text
    assert BODY[:10] not in caplog.text


def test_a_strangers_own_method_is_one_of_many(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.test_client().open("/", method="TAIMAN")
    assert facts(caplog)[-1]["method"] == "OTHER"


@pytest.mark.parametrize(
    ("address", "level"),
    [("/healthz", "DEBUG"), ("/metrics", "DEBUG"), ("/", "INFO"), ("/nowhere", "INFO")],
)
def test_what_machines_ask_all_day_is_told_to_those_who_want_to_know_all(
    app: Flask, caplog: pytest.LogCaptureFixture, address: str, level: str
) -> None:
    app.test_client().get(address)
    assert [record.levelname for record in caplog.records if hasattr(record, "facts")] == [level]


def test_a_letters_way_leaves_nothing_of_its_writer_in_the_log(
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
        told["route"] for told in facts(caplog)
    }
