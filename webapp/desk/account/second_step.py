"""The second step of sign-in: an authenticator code, a recovery code or a passkey after the password."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from webapp.accounts.events import BY_CODE, BY_PASSKEY
from webapp.accounts.passkeys import passkeys_of, verify_passkey
from webapp.accounts.recovery_codes import use_recovery_code
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.second_factors import CodeRefusedError, second_factors_of
from webapp.accounts.sign_ins import SignInRefusedError, VerifiedPassword, record_failed_sign_in
from webapp.accounts.totp import CODE_DIGITS, verify_authenticator_code
from webapp.desk.access import allow_anonymous
from webapp.desk.account.passkey_requests import (
    CredentialForm,
    begin_passkey_second_step,
    webauthn_relying_party,
)
from webapp.desk.account.sign_in_completion import complete_sign_in, packed_form
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import ChallengePurpose, pending_second_step, pop_challenge
from webapp.desk.url_values import redirect_target
from webapp.installation.clock import now
from webapp.web.services import services


class SecondStepForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(lazy_gettext("Code"), validators=[InputRequired(lazy_gettext("Enter a code."))])


@desk.get("/login/second-step")
@allow_anonymous
def second_step() -> AnyResponse:
    """Show the form for the second factor, and store a challenge for the editor's passkeys, if any.

    It redirects to the sign-in page where no password was given within the last 10 minutes.
    """
    verified = pending_second_step(now())
    return second_step_page(verified, SecondStepForm()) if verified else _redirect_to_sign_in()


@desk.post("/login/second-step")
@allow_anonymous
def take_second_step() -> AnyResponse:
    """Check the code, use it up, and complete the sign-in.

    422 shows the form again for a wrong or used code, which is recorded as a failed sign-in. It redirects to
    the sign-in page where no password was given within the last 10 minutes, or the password was changed or
    the account ended since.
    """
    verified = pending_second_step(now())
    if verified is None:
        return _redirect_to_sign_in()
    form = SecondStepForm(request.form)
    if not form.validate():
        return second_step_page(verified, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            _use_code(session, verified.editor_id, form.code.data or "")
    except CodeRefusedError:
        record_failed_sign_in(services().database, verified.editor_id, note=BY_CODE, now=now())
        form.code.errors = [gettext("This code is wrong, or was used already.")]
        return second_step_page(verified, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _complete(verified, BY_CODE)


@desk.post("/login/second-step/passkey")
@allow_anonymous
def second_step_by_passkey() -> AnyResponse:
    """Check the passkey and complete the sign-in.

    422 shows the form again for a refused passkey, which is recorded as a failed sign-in; the challenge is
    used up in any case. It redirects to the sign-in page in the same cases as `take_second_step`.
    """
    verified = pending_second_step(now())
    if verified is None:
        return _redirect_to_sign_in()
    form = CredentialForm(request.form)
    challenge = pop_challenge(ChallengePurpose.SECOND_STEP, now())
    try:
        with services().database.transaction() as session:
            verify_passkey(
                session,
                webauthn_relying_party(),
                form.credential.data or "",
                challenge=challenge,
                now=now(),
                editor_id=verified.editor_id,
            )
    except PasskeyRefusedError:
        record_failed_sign_in(services().database, verified.editor_id, note=BY_PASSKEY, now=now())
        code_form = SecondStepForm()
        code_form.form_errors = [gettext("This passkey was not recognised. You can try again.")]
        return second_step_page(verified, code_form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _complete(verified, BY_PASSKEY)


def _use_code(session: Session, editor_id: int, code: str) -> None:
    """Use a code of six digits as an authenticator code, and any other as a recovery code.

    Raises:
        CodeRefusedError: it is wrong, too old or used.
    """
    digits = "".join(code.split())
    if len(digits) == CODE_DIGITS and digits.isdecimal():
        verify_authenticator_code(session, editor_id, digits, now=now())
    else:
        use_recovery_code(session, editor_id, code, now=now())


def _complete(verified: VerifiedPassword, note: str) -> AnyResponse:
    try:
        return complete_sign_in(verified.editor_id, verified.fingerprint, note=note)
    except SignInRefusedError:
        return _redirect_to_sign_in()


def _redirect_to_sign_in() -> AnyResponse:
    return redirect(url_for("desk.sign_in_page", next=redirect_target()), HTTPStatus.SEE_OTHER)


def second_step_page(
    verified: VerifiedPassword, form: SecondStepForm, status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    """Return the page of the second step, and store a challenge for the editor's passkeys, if any.

    A packed form that the request carries goes on in the page's forms.
    """
    with services().database.snapshot() as session:
        factors = second_factors_of(session, verified.editor_id)
        passkey = begin_passkey_second_step(passkeys_of(session, verified.editor_id))
    page = render_template(
        "desk/second_step.html",
        form=form,
        factors=factors,
        passkey=passkey,
        next=redirect_target(),
        returned=packed_form(),
    )
    return make_response(page, status)
