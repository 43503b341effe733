"""Rate limits of the API: checks without a key, wrong keys, and letters per e-mail address."""

import pytest
from flask import Flask

from tests.api.api_client import COMPLETE, ApiClient, count_letters, create_key, problem
from tests.pages import Visitor
from tests.samples import BODY
from tests.web.conftest import FORM
from tests.web.test_limits import limiter_storage
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.reader import proof_of_work
from webapp.store.database import Database

WRONG = "lettersdesk_" + "x" * 43


@pytest.fixture
def limited_app(counting: Settings, sqlite: Database) -> Flask:
    """The application with rate limits."""
    return create_app(counting, sqlite)


def test_one_address_asks_so_often_without_a_key(limited_app: Flask, sqlite: Database) -> None:
    keyless_client, api_client = ApiClient(limited_app), ApiClient(limited_app, create_key(sqlite))
    assert {keyless_client.check({}).status_code for _ in range(150)} == {200}
    stopped = keyless_client.check({})
    assert problem(stopped) == (429, "too_often")
    assert 0 < int(stopped.headers["Retry-After"]) <= 600
    assert {api_client.check({}).status_code for _ in range(5)} == {200}
    assert api_client.send(COMPLETE).status_code == 201


def test_wrong_keys_are_counted_and_keep_right_ones_out_of_nothing(
    limited_app: Flask, sqlite: Database
) -> None:
    guesser, api_client = ApiClient(limited_app, WRONG), ApiClient(limited_app, create_key(sqlite))
    assert {problem(guesser.send(COMPLETE))[0] for _ in range(15)} == {401}
    assert {problem(guesser.check(COMPLETE))[0] for _ in range(15)} == {401}
    for stopped in (guesser.send(COMPLETE), guesser.check(COMPLETE)):
        assert problem(stopped) == (429, "too_often")
        assert int(stopped.headers["Retry-After"]) > 0
    assert api_client.send(COMPLETE).status_code == 201
    assert ApiClient(limited_app).check(COMPLETE).status_code == 200


def test_a_mailbox_has_one_share_of_letters_for_all_doors_together(
    limited_app: Flask, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_of_work.ProofOfWork, "required_bits", lambda _self: 0)
    api_client, visitor = ApiClient(limited_app, create_key(sqlite)), Visitor(limited_app)
    for number in range(39):
        assert api_client.send({**COMPLETE, "body": f"{BODY} {number}"}).status_code == 201
    visitor.open(FORM)
    by_form = {name: value for name, value in COMPLETE.items() if isinstance(value, str)}
    assert visitor.send(by_form, follow=False).status == 303
    stopped = api_client.send({**COMPLETE, "body": "One more."}, "a-key")
    assert problem(stopped) == (429, "mailbox_full")
    assert 0 < int(stopped.headers["Retry-After"]) <= 24 * 60 * 60
    visitor.open(FORM)
    given_back = visitor.send({**by_form, "body": "One more."}, follow=False)
    assert given_back.status == 429
    assert int(given_back.response.headers["Retry-After"]) > 0
    assert count_letters(sqlite) == 40
    # A letter that is stored already gets its answer again and isn't counted.
    assert api_client.send({**COMPLETE, "body": f"{BODY} 0"}).status_code == 201
    assert api_client.send({**COMPLETE, "email": "eli@example.com"}).status_code == 201


def test_what_counts_holds_no_key(limited_app: Flask, sqlite: Database) -> None:
    api_client = ApiClient(limited_app, create_key(sqlite))
    api_client.send(COMPLETE)
    api_client.check(COMPLETE)
    ApiClient(limited_app, WRONG).check(COMPLETE)
    kept = " ".join(map(str, limiter_storage(limited_app).storage))
    assert "wrong API keys" in kept
    for private in (api_client.key, WRONG, "tai-man", "127.0.0.1"):
        assert private not in kept
