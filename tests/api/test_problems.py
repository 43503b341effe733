"""Errors of the API: problem details with a stable code and a sentence, never an HTML page."""

import json
import logging
from collections.abc import Mapping

import pytest
from flask import Flask

from tests.api.api_client import API, CHECK, COMPLETE, LETTERS, ApiClient, count_letters, create_key, problem
from tests.samples import BODY, HERALD, PARTICULARS
from webapp.api.problems import STATUS
from webapp.app import MAX_REQUEST_BYTES
from webapp.letters.intake.intake import Intake
from webapp.monitoring.logs import JsonFormatter
from webapp.rules.submission import SchemaViolation
from webapp.store.database import Database, StoreAwayError
from webapp.wording.api_problems import PROBLEMS, SCHEMA_VIOLATIONS, ProblemCode
from webapp.wording.languages import reader_languages

DEEP = b"[" * 100_000


def test_every_problem_has_a_status_and_a_sentence() -> None:
    assert set(STATUS) == set(PROBLEMS) == set(ProblemCode)
    assert set(SCHEMA_VIOLATIONS) == set(SchemaViolation)


@pytest.mark.parametrize("url", [CHECK, LETTERS])
@pytest.mark.parametrize(
    ("body", "code"),
    {
        b"": "not_json",
        b"{": "not_json",
        b"name=Jo": "not_json",
        b'{"body": "\xff"}': "not_json",
        b'{"body": NaN}': "not_json",
        '{"body": "x"}'.encode("utf-16"): "not_json",
        b'{"body": ' + b"9" * 5000 + b"}": "not_json",
        DEEP: "not_json",
        b'{"a":' * 100_000: "not_json",
        b"[]": "not_an_object",
        b"null": "not_an_object",
        b'"Dear Sir"': "not_an_object",
        b'{"body": ["x"]}': "wrong_fields",
        b'{"consent": "yes"}': "wrong_fields",
    }.items(),
    ids=lambda value: ascii(value)[:20],
)
def test_what_is_no_letter_is_a_bad_request(api_client: ApiClient, url: str, body: bytes, code: str) -> None:
    assert problem(api_client.post(url, body)) == (400, code)


def test_a_byte_order_mark_is_no_mistake(keyless_client: ApiClient) -> None:
    assert keyless_client.check(b"\xef\xbb\xbf" + json.dumps(COMPLETE).encode()).get_json()["accepted"]


def test_fields_that_are_wrong_are_named_all_at_once(api_client: ApiClient) -> None:
    sent = {
        **COMPLETE,
        "body": 5,
        "headline": True,
        "consent": 1,
        "exclusive": "true",
        "token": "x",
        "B": None,
    }
    answer = api_client.send(sent)
    assert problem(answer) == (400, "wrong_fields")
    assert {each["field"]: each["code"] for each in answer.get_json()["errors"]} == {
        "body": "not_text",
        "headline": "not_text",
        "consent": "not_a_tick",
        "exclusive": "not_a_tick",
        "token": "unknown",
        "B": "unknown",
    }
    assert {each["message"] for each in answer.get_json()["errors"]} == {
        "There is no such field.",
        "This has to be text.",
        "This has to be true or false.",
    }


def test_an_answer_to_a_question_that_is_not_asked_is_named(api_client: ApiClient) -> None:
    answer = api_client.send({**COMPLETE, "answers": {"age": 17, "local": None}})
    assert problem(answer) == (400, "wrong_fields")
    assert answer.get_json()["errors"] == [
        {"field": f"answers.{key}", "code": "unknown_question", "message": "The paper asks no such question."}
        for key in ("age", "local")
    ]


def test_an_answer_stays_short_whatever_is_wrong(keyless_client: ApiClient) -> None:
    answer = keyless_client.check({"x" * 100_000: "", **{f"field {number}": "" for number in range(10_000)}})
    assert problem(answer) == (400, "wrong_fields")
    assert len(answer.data) < 10_000


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_another_type_than_json_is_not_looked_into(app: Flask, content_type: str) -> None:
    answer = app.test_client().post(CHECK, data=json.dumps(COMPLETE), content_type=content_type)
    assert problem(answer) == (415, "wrong_type")


def test_json_goes_by_more_than_one_name(app: Flask) -> None:
    for content_type in ("application/json; charset=utf-8", "application/vnd.letter+json"):
        answer = app.test_client().post(CHECK, data=json.dumps(COMPLETE), content_type=content_type)
        assert answer.status_code == 200


def test_too_much_is_refused(api_client: ApiClient) -> None:
    assert problem(api_client.send({**COMPLETE, "body": "x" * MAX_REQUEST_BYTES})) == (413, "too_large")
    book = api_client.send({**COMPLETE, "body": "word " * 200_000})
    assert (book.status_code, book.get_json()["word_count"]) == (422, 200_000)


@pytest.mark.parametrize(
    ("method", "url", "status", "code"),
    [
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/api/v2/harbour-herald/check", 404, "not_found"),
        ("POST", f"{API}/harbour-herald", 404, "not_found"),
        ("POST", f"{API}//harbour-herald/check", 404, "not_found"),
        ("POST", f"{API}/harbour-herald/check/", 404, "not_found"),
        ("POST", f"{API}/nowhere/check", 404, "no_such_paper"),
        ("POST", f"{API}/nowhere%00/check", 404, "not_found"),
        ("GET", CHECK, 405, "wrong_method"),
        ("PUT", LETTERS, 405, "wrong_method"),
        ("POST", f"{API}/openapi.json", 405, "wrong_method"),
    ],
)
def test_no_address_and_no_method_leads_to_a_page(
    app: Flask, method: str, url: str, status: int, code: str
) -> None:
    answer = app.test_client().open(url, method=method, json=COMPLETE)
    assert problem(answer) == (status, code)
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_host_that_is_none_is_a_problem_too(app: Flask) -> None:
    answer = app.test_client().get(f"{API}/openapi.json", headers={"Host": "a b"})
    assert answer.mimetype != "text/html"
    assert answer.status_code in {200, 400}


def raising(error: Exception) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status", "code", "headers"),
    [
        (StoreAwayError("no disk"), 503, "store_away", {"Retry-After": "30"}),
        (ZeroDivisionError(BODY), 500, "failed", {}),
    ],
)
def test_a_failure_is_told_without_a_trace(
    api_client: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
    headers: Mapping[str, str],
) -> None:
    monkeypatch.setattr(Intake, "receive", raising(error))
    answer = api_client.send(COMPLETE)
    assert problem(answer) == (status, code)
    assert headers.items() <= dict(answer.headers).items()
    assert "Trace" not in answer.text
    assert type(error).__name__ not in answer.text


def test_where_the_store_is_away_a_key_waits_and_a_stranger_does_not(
    api_client: ApiClient, keyless_client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.api.authentication.authenticate_api_key", raising(StoreAwayError("no disk")))
    assert problem(api_client.check(COMPLETE)) == (503, "store_away")
    assert problem(api_client.send(COMPLETE)) == (503, "store_away")
    assert keyless_client.check(COMPLETE).status_code == 200


def test_sentences_of_problems_are_worded_for_who_asks(keyless_client: ApiClient) -> None:
    said = keyless_client.post(LETTERS, COMPLETE, {"Accept-Language": "en"})
    assert said.get_json()["detail"] == "Send your API key: “Authorization: Bearer” and the key."
    assert said.headers["Content-Language"] in reader_languages()


def test_nothing_of_a_key_or_a_letter_gets_into_the_log(
    app: Flask, sqlite: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(caplog.handler, "formatter", JsonFormatter())
    key, idempotency_key = create_key(sqlite, name="A very private name"), "a-very-private-key"
    api_client = ApiClient(app, key)
    stored = api_client.send(COMPLETE, idempotency_key)
    api_client.send({**COMPLETE, "body": ""}, idempotency_key)
    api_client.check({**COMPLETE, "a-very-private-field": 1})
    ApiClient(app, f"{key}x").send(COMPLETE)
    monkeypatch.setattr(Intake, "receive", raising(ZeroDivisionError(BODY)))
    api_client.send(COMPLETE, idempotency_key)
    token = stored.get_json()["url"].rpartition("/")[2]
    private = (key, "very-private", "very private", token, BODY[:10], *PARTICULARS.values())
    assert [each for each in private if each.splitlines()[0] in caplog.text] == []
    assert "api.send_letter" in caplog.text
    assert "api.check_letter" in caplog.text
    assert count_letters(sqlite) == 1
    assert HERALD.paper.slug not in caplog.text
