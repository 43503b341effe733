"""How often one may fail to sign in, or have a password reset: per IP address and per account."""

from itertools import cycle, islice, product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desk.account_steps import address, arrive, log_in, set_up_app
from tests.pages import Visitor
from tests.samples import PASSWORD
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database
from webapp.store.models import Role

LOGIN, LOGIN_BY_PASSKEY = "/desk/login", "/desk/login/passkey"
SECOND_STEPS = ["/desk/login/second-step", "/desk/login/second-step/passkey"]
OWN_PASSWORD_FORMS = ["/desk/account/proof", "/desk/account/password"]
RESET = "/desk/password/forgotten"
STATUS_BELOW_THE_LIMIT = {LOGIN: 422, LOGIN_BY_PASSKEY: 422, RESET: 200}


@pytest.fixture
def limited(counting: Settings, sqlite: Database) -> Flask:
    """The application with rate limits, and without CSRF tokens, so that one request is one attempt."""
    app = create_app(counting, sqlite)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def attempt(client: FlaskClient, path: str, *, sender: int = 1, **fields: str) -> int:
    """Post a form from the IP address with the number ``sender``, and return the response's status."""
    sent_from = {"REMOTE_ADDR": f"192.0.2.{sender}"}
    return client.post(path, data=fields, environ_overrides=sent_from).status_code


@pytest.mark.parametrize(("path", "allowed"), [(LOGIN, 30), (LOGIN_BY_PASSKEY, 30), (RESET, 20)])
def test_an_ip_address_has_so_many_attempts_with_all_accounts_together(
    limited: Flask, path: str, allowed: int
) -> None:
    client, below = limited.test_client(), STATUS_BELOW_THE_LIMIT[path]
    attempts = [
        attempt(client, path, email=f"{number}@example.com", password="x") for number in range(allowed + 1)
    ]
    assert attempts == [below] * allowed + [429]
    assert attempt(client, path, sender=2, email="another@example.com", password="x") == below


@pytest.mark.parametrize(("path", "allowed"), [(LOGIN, 8), (RESET, 4)])
def test_an_account_has_so_many_attempts_from_all_ip_addresses_together(
    limited: Flask, path: str, allowed: int
) -> None:
    client, below = limited.test_client(), STATUS_BELOW_THE_LIMIT[path]
    attempts = [
        attempt(client, path, sender=number, email="dana@example.com", password="x")
        for number in range(allowed + 1)
    ]
    assert attempts == [below] * allowed + [429]
    assert attempt(client, path, email="eli@example.com", password="x") == below


def test_a_right_password_does_not_count(limited: Flask, sqlite: Database) -> None:
    arrive(limited, sqlite, "Dana", Role.EDITOR)
    for _ in range(9):
        # A new browser each time: each sign-in gives a known one a counter of its own.
        assert attempt(limited.test_client(), LOGIN, email=address("Dana"), password=PASSWORD) == 303
    client = limited.test_client()
    attempts = [attempt(client, LOGIN, email=f"{number}@example.com", password="x") for number in range(31)]
    assert attempts == [422] * 30 + [429]


def at_second_step(app: Flask, name: str) -> FlaskClient:
    """Return a browser in which the password was given, and no code yet."""
    visitor = Visitor(app)
    log_in(visitor, name)
    return visitor.client


def test_both_ways_to_take_the_second_step_share_the_failures_of_an_account(
    limited: Flask, sqlite: Database
) -> None:
    codes = {}
    for name in ("Dana", "Eli"):
        arrive(limited, sqlite, name, Role.EDITOR)
        codes[name] = set_up_app(sqlite, name).now()
    assert attempt(at_second_step(limited, "Dana"), SECOND_STEPS[0], code=codes["Dana"]) == 303
    browsers = [at_second_step(limited, "Dana") for _ in range(2)]
    attempts = [
        attempt(browser, path, sender=number, code="000000")
        for number, (browser, path) in enumerate(islice(cycle(product(browsers, SECOND_STEPS)), 8))
    ]
    assert attempts == [422] * 8, "the right code did not count"
    dana = at_second_step(limited, "Dana")
    assert [attempt(dana, path, code=codes["Dana"]) for path in SECOND_STEPS] == [429, 429]
    assert attempt(at_second_step(limited, "Eli"), SECOND_STEPS[0], code=codes["Eli"]) == 303


def test_both_forms_for_the_own_password_share_the_failures_of_an_account(
    limited: Flask, sqlite: Database
) -> None:
    dana, eli = (arrive(limited, sqlite, name, Role.EDITOR).client for name in ("Dana", "Eli"))
    assert attempt(dana, OWN_PASSWORD_FORMS[0], current=PASSWORD) == 303
    attempts = [
        attempt(dana, path, sender=number, current="wrong")
        for number, path in enumerate(islice(cycle(OWN_PASSWORD_FORMS), 8))
    ]
    assert attempts == [422] * 8, "the right password did not count"
    assert [attempt(dana, path, current=PASSWORD) for path in OWN_PASSWORD_FORMS] == [429, 429]
    assert attempt(eli, OWN_PASSWORD_FORMS[0], current=PASSWORD) == 303
