"""Pages of one's own account: name, password, sign-ins, authenticator, re-authentication."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.desk.account_steps import (
    account_kinds,
    arrive,
    editor_of,
    expire_reauthentication,
    log_in,
    set_up_app,
)
from tests.pages import Visitor, form_fields
from tests.samples import HERALD, NOON, PASSWORD, SECRET_KEY, letter
from webapp.accounts.sign_ins import LONGEST_SIGN_IN
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Channel, Editor, Role, SignIn

NEW = "another good password"


def submit(visitor: Visitor, action: str, **changes: str) -> int:
    """Submit the form of the open page with this ``action``; return the status after redirects."""
    assert visitor.page
    form = visitor.page.one(f'form[action="{action}"]')
    answer = visitor.client.post(action, data=form_fields(form) | changes, follow_redirects=True)
    return answer.status_code


def test_a_name_is_changed(dana: Visitor, sqlite: Database) -> None:
    dana.open("/desk/account")
    assert submit(dana, "/desk/account/name", name="  Dana   Lam ") == 200
    assert editor_of(sqlite, "Dana").name == "Dana Lam"
    dana.open("/desk/account")
    for nothing in ("", " ", "\u200b", "\x07"):
        assert submit(dana, "/desk/account/name", name=nothing) == 422
    dana.open("/desk/account")
    assert submit(dana, "/desk/account/name", name="x" * 101) == 422


def test_a_reader_can_change_the_own_account(app: Flask, sqlite: Database) -> None:
    rita = arrive(app, sqlite, "Rita", Role.READER)
    rita.open("/desk/account")
    assert submit(rita, "/desk/account/name", name="Rita Ho") == 200
    assert editor_of(sqlite, "Rita").name == "Rita Ho"
    assert rita.open("/desk/account/second-factors").status == 200


def test_a_password_is_changed_by_whoever_knows_the_old_one(
    app: Flask, dana: Visitor, sqlite: Database
) -> None:
    elsewhere = Visitor(app)
    log_in(elsewhere, "Dana")
    dana.open("/desk/account/password")
    wrong = dana.send({"current": "wrong", "password": NEW, "again": NEW})
    assert (wrong.status, wrong.all(".error-line")) == (422, ["This is not your password."])
    unlike = dana.send({"current": PASSWORD, "password": NEW, "again": "other"})
    assert unlike.all(".error-line") == ["The two passwords are not the same."]
    short = dana.send({"current": PASSWORD, "password": "short", "again": "short"})
    assert short.all(".error-line") == ["A password needs from 10 to 1000 characters."]
    done = dana.send({"current": PASSWORD, "password": NEW, "again": NEW})
    assert done.all("h1") == ["Your account"], "this browser stays"
    assert elsewhere.open("/desk/").all("h1") == ["Sign in"], "the other one does not"
    assert log_in(elsewhere, "Dana").status == 422
    assert log_in(elsewhere, "Dana", NEW).all("h1") == ["Received"]
    assert AccountEventKind.PASSWORD_CHANGED in account_kinds(sqlite, "Dana")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1234", "Many people use this password"),
        ("dana@example.com", "made of your name, your address or the paper’s name"),
        ("harbourherald", "made of your name, your address or the paper’s name"),
        ("abcabcabcabc", "easy to guess"),
    ],
)
def test_a_new_password_that_is_soon_guessed_is_refused_with_the_reason(
    dana: Visitor, sqlite: Database, password: str, reason: str
) -> None:
    assert "Four words" in dana.open("/desk/account/password").one("#password-hint").get_text()
    page = dana.send({"current": PASSWORD, "password": password, "again": password})
    assert page.status == 422
    assert reason in page.one("#password-error").get_text()
    assert AccountEventKind.PASSWORD_CHANGED not in account_kinds(sqlite, "Dana")


def test_browsers_are_listed_and_signed_out(app: Flask, dana: Visitor) -> None:
    phone = Visitor(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604"
    )
    log_in(phone, "Dana")
    page = dana.open("/desk/account")
    assert page.all(".line strong")[0] == "Safari on iPhone"
    assert len(page.all(".line .state")) == 1, "one of them is this browser"
    action = str(page.one('form[action$="/end"]:has(button):not([action$="sign-ins/end"])')["action"])
    assert submit(dana, action) == 200
    assert phone.open("/desk/").all("h1") == ["Sign in"]
    log_in(phone, "Dana")
    dana.open("/desk/account")
    assert submit(dana, "/desk/account/sign-ins/end") == 200
    assert dana.open("/desk/").all("h1") == ["Sign in"]
    assert phone.open("/desk/").all("h1") == ["Sign in"]


def test_signing_another_browser_out_keeps_claims(app: Flask, sqlite: Database, dana: Visitor) -> None:
    log_in(Visitor(app), "Dana")
    sent = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    dana.open(f"/desk/letters/{sent.reference}")
    dana.send({}, to="/claim")
    page = dana.open("/desk/account")
    action = str(page.one('form[action$="/end"]:has(button):not([action$="sign-ins/end"])')["action"])
    assert submit(dana, action) == 200
    assert "Claimed by you since" in dana.open(f"/desk/letters/{sent.reference}").all(".claim")[0]


def test_nobody_ends_a_colleagues_sign_in(dana: Visitor, eli: Visitor) -> None:
    page = eli.open("/desk/account")
    token = page.form()["action"]
    assert token
    eli.open("/desk/account")
    fields = form_fields(eli.page.form()) if eli.page else {}
    for number in range(1, 4):
        eli.client.post(f"/desk/account/sign-ins/{number}/end", data=fields)
    assert dana.open("/desk/").all("h1") == ["Received"]


def test_an_authenticator_is_set_up_with_qr_code_and_first_code(dana: Visitor, sqlite: Database) -> None:
    dana.open("/desk/account/second-factors")
    assert submit(dana, "/desk/account/authenticator") == 200
    page = dana.open("/desk/account/authenticator")
    secret = page.one(".key").get_text().replace(" ", "")
    assert secret == editor_of(sqlite, "Dana").totp_secret
    picture = dana.client.get(str(page.one("img")["src"]))
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert "<script" not in picture.text
    assert "style=" not in picture.text
    wrong = dana.send({"code": "000000"})
    assert wrong.status == 422
    codes = dana.send({"code": pyotp.TOTP(secret).now()})
    assert len(codes.all(".codes li")) == 10
    assert account_kinds(sqlite, "Dana")[-2:] == [
        AccountEventKind.SECOND_FACTOR_SET,
        AccountEventKind.RECOVERY_CODES_MADE,
    ]
    again = dana.open("/desk/account/authenticator")
    assert again.all("h1") == ["Second step at sign-in"], "it is not shown again"
    assert dana.client.get("/desk/account/authenticator.svg").status_code == 404


def test_an_app_is_removed_and_codes_are_made_anew(dana: Visitor, sqlite: Database) -> None:
    set_up_app(sqlite, "Dana")
    page = dana.open("/desk/account/second-factors")
    assert "You have 0 codes left" in page.text
    assert submit(dana, "/desk/account/recovery-codes") == 200
    assert "10 codes left" in dana.open("/desk/account/second-factors").text
    assert submit(dana, "/desk/account/authenticator/remove") == 200
    page = dana.open("/desk/account/second-factors")
    assert "codes left" not in page.text
    assert account_kinds(sqlite, "Dana")[-1] is AccountEventKind.SECOND_FACTOR_REMOVED


def test_recovery_codes_need_a_second_factor(dana: Visitor) -> None:
    fields = dana.open("/desk/account").typed()
    assert dana.client.post("/desk/account/recovery-codes", data=fields).status_code == 409


REQUIRING_REAUTHENTICATION = [
    "/desk/account/second-factors",
    "/desk/account/authenticator",
    "/desk/people/invite",
    "/desk/people/1",
]


@pytest.mark.parametrize("path", REQUIRING_REAUTHENTICATION)
def test_these_pages_require_the_password_again(dana: Visitor, sqlite: Database, path: str) -> None:
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.CHIEF))
    expire_reauthentication(dana)
    page = dana.open(path)
    assert page.all("h1") == ["Is it still you?"]
    wrong = dana.send({"current": "wrong"})
    assert (wrong.status, wrong.all(".error-line")) == (422, ["This is not your password."])
    back = dana.send({"current": PASSWORD}, follow=False)
    assert back.response.headers["Location"] == path


def test_nothing_is_done_before_the_password_is_given_again(dana: Visitor, sqlite: Database) -> None:
    set_up_app(sqlite, "Dana")
    dana.open("/desk/account/second-factors")
    assert dana.page
    fields = form_fields(dana.page.one('form[action="/desk/account/authenticator/remove"]'))
    expire_reauthentication(dana)
    answer = dana.client.post(
        "/desk/account/authenticator/remove",
        data=fields,
        headers={"Referer": "http://localhost/desk/account/second-factors"},
    )
    assert answer.headers["Location"] == "/desk/account/proof?next=/desk/account/second-factors"
    assert editor_of(sqlite, "Dana").totp_confirmed_at


def test_passkeys_are_not_offered_without_a_domain_name(dana: Visitor, visitor: Visitor) -> None:
    assert not re.search("passkey", visitor.open("/desk/login").response.text)
    assert (
        "Passkeys work only where the desk has a domain name" in dana.open(REQUIRING_REAUTHENTICATION[0]).text
    )


def test_the_end_of_a_sign_in_is_announced_and_put_off_with_the_password(
    dana: Visitor, sqlite: Database
) -> None:
    assert dana.open("/desk/").all(".sign-in-ends") == []
    with sqlite.transaction() as session:
        started = now() - LONGEST_SIGN_IN + timedelta(minutes=20)
        session.execute(update(SignIn).values(created_at=started, expires_at=now() + timedelta(minutes=20)))
    page = dana.open("/desk/stories")
    (warning,) = page.all(".sign-in-ends")
    assert warning.startswith("Your sign-in ends on ")
    dana.open(str(page.one(".sign-in-ends a")["href"]))
    page = dana.send({"current": PASSWORD})
    assert (page.address, page.all(".sign-in-ends")) == ("/desk/stories", [])
    with sqlite.snapshot() as session:
        open_ones = session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
    assert [each.expires_at > now() + timedelta(hours=11) for each in open_ones] == [True]
