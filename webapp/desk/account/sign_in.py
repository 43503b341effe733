"""The way in and out."""

import time
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.events import BY_PASSKEY, BY_PASSWORD
from webapp.accounts.passkeys import use_passkey
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.sign_ins import (
    SignInRefusedError,
    check_password,
    sign_out,
    signed_in_editor,
    start_sign_in as note_sign_in,
)
from webapp.desk.access import (
    DeskUser,
    open_to_readers,
    open_to_strangers,
    open_while_setting_up,
    signed_in,
)
from webapp.desk.account.forms import SignInForm
from webapp.desk.account.known_browsers import remember_browser
from webapp.desk.account.passkey_requests import CredentialForm, desk_for_passkeys, request_any_passkey
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import (
    pad_response_time,
    remember_authentication,
    start_second_step,
    take_challenge,
)
from webapp.desk.url_values import next_page
from webapp.installation.clock import now
from webapp.web.services import services


@desk.get("/login")
@open_to_strangers
def sign_in_page() -> AnyResponse:
    """Ask who is there."""
    return _page(SignInForm())


@desk.post("/login")
@open_to_strangers
def start_sign_in() -> AnyResponse:
    """Let an editor in, or half-way where the password is not enough."""
    started = time.monotonic()
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        proven = check_password(
            services().database, email=form.email.data or "", password=form.password.data or "", now=now()
        )
        if not proven.needs_second_step:
            return complete_sign_in(proven.editor_id, proven.mark, note=BY_PASSWORD)
    except SignInRefusedError:
        pad_response_time(started)
        form.form_errors = [gettext("The e-mail address or the password is wrong.")]
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    start_second_step(proven, now())
    return redirect(url_for("desk.second_step", next=next_page()), HTTPStatus.SEE_OTHER)


@desk.post("/login/passkey")
@open_to_strangers
def sign_in_by_passkey() -> AnyResponse:
    """Let an editor in whose device has made sure of its owner: that is both factors in one."""
    form = CredentialForm(request.form)
    challenge = take_challenge(BY_PASSKEY, now())
    site = desk_for_passkeys()
    try:
        with services().database.transaction() as session:
            editor_id = use_passkey(session, site, form.credential.data or "", challenge=challenge, now=now())
        return complete_sign_in(editor_id, None, note=BY_PASSKEY)
    except (PasskeyRefusedError, SignInRefusedError):
        page = SignInForm()
        page.form_errors = [gettext("This passkey was not recognised. You can try again.")]
        return _page(page, HTTPStatus.UNPROCESSABLE_ENTITY)


@desk.post("/logout")
@open_to_readers
@open_while_setting_up
def end_sign_in() -> AnyResponse:
    """Let an editor go."""
    editor = signed_in().editor
    with services().database.transaction() as session:
        sign_out(session, editor.editor_id, editor.sign_in_id, now())
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)


def complete_sign_in(editor_id: int, mark: str | None, *, note: str) -> AnyResponse:
    """Start a sign-in in this browser, and lead to the page that was wanted.

    Raises:
        SignInRefusedError: the account has ended, or its password is another one now.
    """
    with services().database.transaction() as session:
        token = note_sign_in(
            session,
            editor_id,
            mark=mark,
            browser=request.headers.get("User-Agent", ""),
            now=now(),
            note=note,
        )
    with services().database.snapshot() as session:
        editor = signed_in_editor(session, token, now())
    if editor is None:
        raise SignInRefusedError
    # Nothing that a stranger may have planted in the cookie survives the sign-in.
    cookie.clear()
    login_user(DeskUser(token, editor))
    remember_authentication(now())
    response = redirect(next_page(), HTTPStatus.SEE_OTHER)
    remember_browser(response, editor.email)
    return response


def _page(form: SignInForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    page = render_template("desk/sign_in.html", form=form, next=next_page(), passkey=request_any_passkey())
    return make_response(page, status)
