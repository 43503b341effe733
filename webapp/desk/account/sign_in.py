"""Sign-in with a password or a passkey, and sign-out."""

import time
from http import HTTPStatus

from flask import current_app, make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from flask_login import current_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.events import BY_PASSKEY, BY_PASSWORD
from webapp.accounts.passkeys import verify_passkey
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.sign_ins import SignInRefusedError, check_password, sign_out
from webapp.desk.access import (
    SignInMissingError,
    allow_anonymous,
    allow_readers,
    allow_without_second_factor,
    allows_anonymous,
    current_desk_user,
    url_to_return_to,
)
from webapp.desk.account.forms import SignInForm
from webapp.desk.account.known_browsers import known_browser_key
from webapp.desk.account.passkey_requests import CredentialForm, begin_passkey_sign_in, webauthn_relying_party
from webapp.desk.account.second_step import SecondStepForm, second_step_page
from webapp.desk.account.sign_in_completion import complete_sign_in, packed_form
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import (
    ChallengePurpose,
    pad_response_time,
    pop_challenge,
    start_second_step,
)
from webapp.desk.url_values import redirect_target
from webapp.installation.clock import now
from webapp.web.error_pages import page_too_old
from webapp.web.returned_forms import ReturnedForm, error_page
from webapp.web.services import services

SIGN_IN_PATH = "/desk/login"
"""The paths of sign-in and second step begin so."""


@desk.get("/login")
@allow_anonymous
def sign_in_page() -> AnyResponse:
    """Show the sign-in form, also to an editor who is signed in; store a challenge for a passkey."""
    return _page(SignInForm())


@desk.errorhandler(SignInMissingError)
def sign_in_missing(_error: SignInMissingError) -> AnyResponse:
    """Redirect to the sign-in page; where a form with typed text was posted, show that page at once (403).

    The text goes through the sign-in in a hidden field, and is given back after it. After the redirect the
    sign-in leads to the requested page, and after a POST to the page that had the form.
    """
    if form := ReturnedForm.of_request():
        return _page(SignInForm(), HTTPStatus.FORBIDDEN, next_url=url_to_return_to(), returned=form.packed())
    return redirect(url_for("desk.sign_in_page", next=url_to_return_to() or None))


@desk.errorhandler(CSRFError)
def form_refused(error: CSRFError) -> AnyResponse:
    """Answer a form whose token is missing, wrong or too old (400); if the sign-in has ended too, as above.

    A browser that sends no cookie to sign in is told that the desk needs one. A sign-in form that is too old
    is shown again.
    """
    is_open = allows_anonymous(request.endpoint)
    if not is_open and not current_user.is_authenticated:
        return sign_in_missing(SignInMissingError())
    if is_open and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        title = gettext("Your browser keeps no cookies.")
        advice = gettext(
            "The desk needs a cookie to know who you are. Please allow cookies for this site, load the page "
            "again and repeat what you did."
        )
        return error_page(title, advice, HTTPStatus.BAD_REQUEST)
    if request.path.startswith(SIGN_IN_PATH):
        form = SignInForm(request.form)
        form.form_errors = [gettext("This page was open for too long."), gettext("Please sign in again.")]
        return _page(form, HTTPStatus.BAD_REQUEST)
    return page_too_old(error)


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
    start_second_step(verified, now(), browser_key=known_browser_key(form.email.data or ""))
    if packed_form():
        # A redirect can't carry the text that waits for the end of the sign-in.
        return second_step_page(verified, SecondStepForm())
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


def _page(
    form: SignInForm, status: HTTPStatus = HTTPStatus.OK, *, next_url: str = "", returned: str = ""
) -> AnyResponse:
    page = render_template(
        "desk/sign_in.html",
        form=form,
        next=next_url or redirect_target(),
        returned=returned or packed_form(),
        passkey=begin_passkey_sign_in(),
    )
    return make_response(page, status)
