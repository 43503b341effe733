"""The second step of sign-in: codes, recovery codes, expiry; no page opens before it."""

import pyotp
import pytest
from flask import Flask
from sqlalchemy import update

from tests.desk.account_steps import account_kinds, arrive, editor_of, log_in, require_factor, set_up_app
from tests.pages import Visitor
from webapp.accounts.accounts import change_password
from webapp.accounts.passwords import hash_password
from webapp.accounts.recovery_codes import replace_recovery_codes
from webapp.installation.clock import now
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Editor, Role


@pytest.fixture
def pending(app: Flask, sqlite: Database, dana: Visitor) -> Visitor:
    """A browser in which Dana, who has an authenticator, has given the password and no code yet."""
    del dana
    set_up_app(sqlite, "Dana")
    visitor = Visitor(app)
    assert log_in(visitor, "Dana").all("h1") == ["Second step"]
    return visitor


def code(database: Database) -> str:
    return pyotp.TOTP(editor_of(database, "Dana").totp_secret or "").now()


def test_the_password_alone_opens_no_page(pending: Visitor, app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk") and "GET" in (rule.methods or set()) and not rule.arguments:
            page = pending.client.get(rule.rule)
            assert page.status_code in {200, 302, 303}, rule.rule
            if page.status_code == 200:
                assert rule.endpoint in {"desk.sign_in_page", "desk.second_step", "desk.forgotten"}


def test_the_code_signs_in_and_redirects_to_the_requested_page(
    app: Flask, sqlite: Database, dana: Visitor
) -> None:
    del dana
    set_up_app(sqlite, "Dana")
    visitor = Visitor(app)
    visitor.open("/desk/?state=held")
    visitor.send({"email": "dana@example.com", "password": "correct horse battery"})
    page = visitor.send({"code": code(sqlite)}, follow=False)
    assert page.response.headers["Location"] == "/desk/?state=held"
    assert visitor.open("/desk/account").status == 200
    assert account_kinds(sqlite, "Dana")[-1] is AccountEventKind.SIGNED_IN


def test_a_wrong_code_is_refused_and_recorded(pending: Visitor, sqlite: Database) -> None:
    page = pending.send({"code": "000000"})
    assert page.status == 422
    assert page.all(".error-line") == ["This code is wrong, or was used already."]
    assert account_kinds(sqlite, "Dana")[-1] is AccountEventKind.SIGN_IN_FAILED
    assert pending.send({"code": ""}).all(".error-line") == ["Enter a code."]


def test_a_used_code_is_refused(pending: Visitor, app: Flask, sqlite: Database) -> None:
    typed = code(sqlite)
    assert pending.send({"code": typed}).all("h1") == ["Received"]
    onlooker = Visitor(app)
    log_in(onlooker, "Dana")
    assert onlooker.send({"code": typed}).status == 422


def test_a_recovery_code_works_once(pending: Visitor, app: Flask, sqlite: Database) -> None:
    with sqlite.transaction() as session:
        paper = replace_recovery_codes(session, editor_of(sqlite, "Dana").id, now=now())
    assert pending.send({"code": paper[0].upper()}).all("h1") == ["Received"]
    assert AccountEventKind.RECOVERY_CODE_USED in account_kinds(sqlite, "Dana")
    again = Visitor(app)
    log_in(again, "Dana")
    assert again.send({"code": paper[0]}).status == 422


def test_a_pending_second_step_expires(pending: Visitor, sqlite: Database) -> None:
    with pending.client.session_transaction() as cookie:
        editor_id, fingerprint, since = cookie["pending_second_step"]
        cookie["pending_second_step"] = [editor_id, fingerprint, since - 601]
    assert pending.send({"code": code(sqlite)}).all("h1") == ["Sign in"]


def test_a_changed_password_ends_a_pending_second_step(pending: Visitor, sqlite: Database) -> None:
    with sqlite.transaction() as session:
        change_password(
            session, editor_of(sqlite, "Dana").id, hash_password("another good password"), now=now()
        )
    assert pending.send({"code": code(sqlite)}).all("h1") == ["Sign in"]


def test_an_account_that_ends_during_the_second_step_is_not_signed_in(
    pending: Visitor, sqlite: Database
) -> None:
    typed = code(sqlite)
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(ended_at=now()))
    assert pending.send({"code": typed}).all("h1") == ["Sign in"]


def test_nothing_in_the_session_cookie_from_before_survives(pending: Visitor, sqlite: Database) -> None:
    with pending.client.session_transaction() as cookie:
        cookie["planted"] = "yes"
    pending.send({"code": code(sqlite)})
    with pending.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "pending_second_step" not in cookie


def test_without_the_password_there_is_no_second_step(visitor: Visitor) -> None:
    assert visitor.open("/desk/login/second-step").all("h1") == ["Sign in"]


def test_a_required_second_factor_must_be_set_up_before_any_other_page(
    app: Flask, sqlite: Database, dana: Visitor
) -> None:
    require_factor(sqlite, "Dana")
    for path in ("/desk/", "/desk/account", "/desk/messages", "/desk/account/password"):
        assert dana.open(path).all("h1") == ["Second step at sign-in"], path
    assert "A chief requires a second step from you at sign-in." in dana.open("/desk/").text
    assert dana.client.post("/desk/account/name").status_code in {303, 400}
    set_up_app(sqlite, "Dana")
    assert dana.open("/desk/").all("h1") == ["Received"]
    other = arrive(app, sqlite, "Otto", Role.EDITOR)
    assert other.open("/desk/").all("h1") == ["Received"]
