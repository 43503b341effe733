"""Sign-in with a password or a passkey, and sign-out."""

import time
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.events import BY_PASSKEY, BY_PASSWORD
from webapp.accounts.passkeys import verify_passkey
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.sign_ins import (
    SignInRefusedError,
    check_password,
    create_sign_in,
    sign_out,
    signed_in_editor,
)
from webapp.desk.access import (
    DeskUser,
    allow_anonymous,
    allow_readers,
    allow_without_second_factor,
    current_desk_user,
)
from webapp.desk.account.forms import SignInForm
from webapp.desk.account.known_browsers import remember_browser
from webapp.desk.account.passkey_requests import CredentialForm, begin_passkey_sign_in, webauthn_relying_party
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import (
    ChallengePurpose,
    pad_response_time,
    pop_challenge,
    remember_authentication,
    start_second_step,
)
from webapp.desk.url_values import redirect_target
from webapp.installation.clock import now
from webapp.web.services import services


@desk.get("/login")
@allow_anonymous
def sign_in_page() -> AnyResponse:
    """Show the sign-in form, also to an editor who is signed in; store a challenge for a passkey."""
    return _page(SignInForm())


@desk.post("/login")
@allow_anonymous
def start_sign_in() -> AnyResponse:
    """Check the password; sign the editor in, or redirect to the second step if there is a second factor.

    A wrong password gives 422, after at least `MINIMUM_RESPONSE_SECONDS`, whether the account exists or not,
    and is recorded as a failed sign-in if it exists. An empty field gives 422 at once. The second step clears
    the session cookie.
    """
    started = time.monotonic()
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        verified = check_password(
            services().database, email=form.email.data or "", password=form.password.data or "", now=now()
        )
        if not verified.needs_second_step:
            return complete_sign_in(verified.editor_id, verified.fingerprint, note=BY_PASSWORD)
    except SignInRefusedError:
        pad_response_time(started)
        form.form_errors = [gettext("The e-mail address or the password is wrong.")]
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    start_second_step(verified, now())
    return redirect(url_for("desk.second_step", next=redirect_target()), HTTPStatus.SEE_OTHER)


@desk.post("/login/passkey")
@allow_anonymous
def sign_in_by_passkey() -> AnyResponse:
    """Sign an editor in by a passkey alone; the device has verified its user, which makes it two factors.

    422 shows the sign-in form for a refused passkey; no failed sign-in is recorded. The challenge is used up
    in any case.
    """
    form = CredentialForm(request.form)
    challenge = pop_challenge(ChallengePurpose.SIGN_IN, now())
    try:
        with services().database.transaction() as session:
            editor_id = verify_passkey(
                session,
                webauthn_relying_party(),
                form.credential.data or "",
                challenge=challenge,
                now=now(),
            )
        return complete_sign_in(editor_id, None, note=BY_PASSKEY)
    except (PasskeyRefusedError, SignInRefusedError):
        password_form = SignInForm()
        password_form.form_errors = [gettext("This passkey was not recognised. You can try again.")]
        return _page(password_form, HTTPStatus.UNPROCESSABLE_ENTITY)


@desk.post("/logout")
@allow_readers
@allow_without_second_factor
def end_sign_in() -> AnyResponse:
    """Sign the editor out of this browser, and release all the editor's claims on letters.

    The session cookie is cleared, and the response redirects to the sign-in page. Other browsers stay signed
    in.
    """
    editor = current_desk_user().editor
    with services().database.transaction() as session:
        sign_out(session, editor.editor_id, editor.sign_in_id, now())
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)


def complete_sign_in(editor_id: int, fingerprint: str | None, *, note: str) -> AnyResponse:
    """Start a sign-in in this browser for an authenticated editor; redirect to the requested page.

    The sign-in is committed in a transaction of its own, with an event. It replaces the session cookie,
    counts as a re-authentication, and makes the browser known to the account. ``fingerprint`` and ``note``
    are those of `create_sign_in`.

    Raises:
        SignInRefusedError: the account has ended, or its password was changed since it was verified.
    """
    with services().database.transaction() as session:
        token = create_sign_in(
            session,
            editor_id,
            fingerprint=fingerprint,
            browser=request.headers.get("User-Agent", ""),
            now=now(),
            note=note,
        )
    with services().database.snapshot() as session:
        editor = signed_in_editor(session, token, now())
    if editor is None:
        raise SignInRefusedError
    # Against session fixation: nothing that was in the cookie before survives the sign-in.
    cookie.clear()
    login_user(DeskUser(token, editor))
    remember_authentication(now())
    response = redirect(redirect_target(), HTTPStatus.SEE_OTHER)
    remember_browser(response, editor.email)
    return response


def _page(form: SignInForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    page = render_template(
        "desk/sign_in.html", form=form, next=redirect_target(), passkey=begin_passkey_sign_in()
    )
    return make_response(page, status)
