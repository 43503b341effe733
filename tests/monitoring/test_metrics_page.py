"""Who may read the numbers: whoever has the token; without one this machine, for itself."""

import dataclasses

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

TOKEN = "a token that only the tests know"


@pytest.fixture
def with_token(settings: Settings, sqlite: Database) -> Flask:
    """An installation whose operator has set a token."""
    return create_app(dataclasses.replace(settings, metrics_token=TOKEN), sqlite)


def ask(app: Flask, address: str = "127.0.0.1", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=named, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may(app: Flask, address: str) -> None:
    answer = ask(app, address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert b"lettersdesk_store_up 1.0" in answer.data


@pytest.mark.parametrize("address", ["10.0.0.9", "192.0.2.1", "2001:db8::1", "", "unix"])
def test_no_other_may(app: Flask, address: str) -> None:
    answer = ask(app, address)
    assert answer.status_code == 403
    assert b"lettersdesk_" not in answer.data


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via"])
def test_no_proxy_may_on_a_strangers_behalf(app: Flask, header: str) -> None:
    assert ask(app, **{header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_whoever_has_the_token_may_from_anywhere(with_token: Flask, address: str) -> None:
    answer = ask(with_token, address, Authorization=f"Bearer {TOKEN}", X_Forwarded_For="192.0.2.1")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_nobody_may_without_it(with_token: Flask, given: str) -> None:
    answer = ask(with_token, Authorization=given)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"lettersdesk_" not in answer.data


def test_the_token_is_not_shown(with_token: Flask, settings: Settings) -> None:
    assert TOKEN not in repr(dataclasses.replace(settings, metrics_token=TOKEN))
    assert TOKEN not in ask(with_token).text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_done_there(app: Flask, method: str) -> None:
    assert app.test_client().open("/metrics", method=method).status_code in {400, 405}
