"""Sign-in and sign-out: required on every page, redirects, session cookie, rate limits, CSRF token."""

import dataclasses
import re

import pytest
from flask import Flask

from tests.pages import Visitor
from tests.samples import PASSWORD
from webapp.app import create_app
from webapp.desk.access import ALLOWS_ANONYMOUS
from webapp.installation.settings import Settings
from webapp.store.database import Database

LOGIN = {"email": "dana@example.com", "password": PASSWORD}


def test_every_page_of_the_desk_redirects_anonymous_visitors_to_the_sign_in(app: Flask) -> None:
    desk_rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]
    anonymous_endpoints = {
        rule.endpoint
        for rule in desk_rules
        if getattr(app.view_functions[rule.endpoint], ALLOWS_ANONYMOUS, False)
    }
    assert anonymous_endpoints == {
        "desk.sign_in_page",
        "desk.start_sign_in",
        "desk.sign_in_by_passkey",
        "desk.second_step",
        "desk.take_second_step",
        "desk.second_step_by_passkey",
        "desk.join_page",
        "desk.join",
        "desk.forgotten",
        "desk.ask_for_password",
        "desk.new_password_page",
        "desk.choose_password",
    }
    app.config["WTF_CSRF_ENABLED"] = False
    anonymous = app.test_client()
    for rule in desk_rules:
        address = re.sub(r"<int:\w+>", "1", rule.rule.replace("<reference>", "ABCD2346"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if rule.endpoint in anonymous_endpoints:
                continue
            answer = anonymous.open(address, method=method)
            assert answer.status_code == 302, f"{method} {address}"
            assert answer.headers["Location"].startswith("/desk/login")


@pytest.mark.usefixtures("dana")
def test_a_wrong_password_says_no_more_than_that(visitor: Visitor) -> None:
    visitor.open("/desk/login")
    wrong = visitor.send(LOGIN | {"password": "wrong"})
    unknown = visitor.send(LOGIN | {"email": "nobody@example.com"})
    for page in (wrong, unknown):
        assert page.status == 422
        assert page.all("form .error") == ["The e-mail address or the password is wrong."]
    assert wrong.one("#email")["value"] == "dana@example.com"
    assert not wrong.one("#password")["value"]


def test_an_empty_form_says_what_is_missing(visitor: Visitor) -> None:
    visitor.open("/desk/login")
    page = visitor.send({"email": "", "password": ""})
    assert page.all(".error-line") == ["Enter your e-mail address.", "Enter your password."]


def test_signing_out_ends_the_sign_in_for_copied_cookies_too(dana: Visitor, app: Flask) -> None:
    kept = dana.client.get_cookie("lettersdesk")
    assert kept
    dana.open("/desk/messages")
    page = dana.send({})
    assert page.all("h1") == ["Sign in"]
    assert dana.open("/desk/").all("h1") == ["Sign in"]
    thief = Visitor(app)
    thief.client.set_cookie("lettersdesk", kept.value)
    assert thief.open("/desk/").all("h1") == ["Sign in"]


@pytest.mark.usefixtures("dana")
def test_a_session_cookie_from_before_the_sign_in_is_not_signed_in(app: Flask, visitor: Visitor) -> None:
    visitor.open("/desk/login")
    planted = visitor.client.get_cookie("lettersdesk")
    assert planted
    visitor.send(LOGIN)
    after = visitor.client.get_cookie("lettersdesk")
    assert after
    assert after.value != planted.value
    other = Visitor(app)
    other.client.set_cookie("lettersdesk", planted.value)
    assert other.open("/desk/").all("h1") == ["Sign in"]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/desk/?state=held", "/desk/?state=held"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/desk/", "/desk/"),
        ("/desk/../../evil", "/desk/"),
        ("/desk/\\evil", "/desk/"),
        ("/deskevil", "/desk/"),
    ],
)
@pytest.mark.usefixtures("dana")
def test_the_sign_in_leads_to_the_desk_and_nowhere_else(visitor: Visitor, wanted: str, reached: str) -> None:
    visitor.client.get("/desk/login")
    visitor.page = visitor.open("/desk/login?next=" + wanted.replace("&", "%26"))
    assert visitor.send(LOGIN, follow=False).response.headers["Location"] == reached


@pytest.mark.usefixtures("dana")
def test_guessing_is_stopped_and_others_can_still_sign_in(counting: Settings, sqlite: Database) -> None:
    app = create_app(counting, sqlite)
    guesser = Visitor(app)
    guesser.open("/desk/login")
    statuses = [guesser.send(LOGIN | {"password": f"guess {number}"}).status for number in range(8)]
    assert statuses == [422] * 8
    guesser.open("/desk/login")
    stopped = guesser.send(LOGIN)
    assert stopped.status == 429
    assert stopped.all("h1") == ["Too many attempts."]
    guesser.open("/desk/login")
    assert guesser.send({"email": "eli@example.com", "password": "x"}).status == 422


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    visitor: Visitor, settings: Settings, sqlite: Database
) -> None:
    plain = visitor.client.get("/desk/login").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    https = dataclasses.replace(settings, base_url="https://letters.example.com")
    client = create_app(https, sqlite).test_client()
    answer = client.get("/desk/login", base_url="https://letters.example.com")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-lettersdesk=")
    assert "Secure" in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_a_post_without_csrf_token_is_refused(dana: Visitor) -> None:
    answer = dana.client.post("/desk/logout")
    assert answer.status_code == 400
    assert dana.open("/desk/").all("h1") == ["Received"]
