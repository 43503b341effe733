"""Access to `/metrics`: with the bearer token, or from this machine where no token is set."""

import dataclasses

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

TOKEN = "a token that only the tests know"


@pytest.fixture
def app_with_token(settings: Settings, sqlite: Database) -> Flask:
    """An application with a metrics token."""
    return create_app(dataclasses.replace(settings, metrics_token=TOKEN), sqlite)


def get_metrics(app: Flask, address: str = "127.0.0.1", **headers: str) -> TestResponse:
    """Request the metrics from a client address, with headers given in snake case."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=named, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may_read_metrics(app: Flask, address: str) -> None:
    answer = get_metrics(app, address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert b"lettersdesk_store_up 1.0" in answer.data


@pytest.mark.parametrize("address", ["10.0.0.9", "192.0.2.1", "2001:db8::1", "", "unix"])
def test_no_other_machine_may_read_metrics_without_a_token(app: Flask, address: str) -> None:
    answer = get_metrics(app, address)
    assert answer.status_code == 403
    assert b"lettersdesk_" not in answer.data


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via"])
def test_a_request_that_a_proxy_forwarded_is_refused(app: Flask, header: str) -> None:
    assert get_metrics(app, **{header: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.1"])
def test_with_the_token_any_machine_may_read_metrics(app_with_token: Flask, address: str) -> None:
    answer = get_metrics(
        app_with_token, address, Authorization=f"Bearer {TOKEN}", X_Forwarded_For="192.0.2.1"
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_a_wrong_or_missing_token_is_refused(app_with_token: Flask, given: str) -> None:
    answer = get_metrics(app_with_token, Authorization=given)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"lettersdesk_" not in answer.data


def test_the_token_is_not_shown(app_with_token: Flask, settings: Settings) -> None:
    assert TOKEN not in repr(dataclasses.replace(settings, metrics_token=TOKEN))
    assert TOKEN not in get_metrics(app_with_token).text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_other_methods_are_refused(app: Flask, method: str) -> None:
    assert app.test_client().open("/metrics", method=method).status_code in {400, 405}
