"""Between the password and the desk: the second factor."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from webapp.accounts.authenticator import DIGITS, use_authenticator
from webapp.accounts.events import BY_CODE, BY_PASSKEY
from webapp.accounts.passkeys import passkeys_of, use_passkey
from webapp.accounts.recovery_codes import use_recovery_code
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.second_factors import CodeRefusedError, factors_of
from webapp.accounts.sign_ins import ProvenPassword, SignInRefusedError, note_failure
from webapp.desk.access import open_to_strangers
from webapp.desk.account.passkey_requests import CredentialForm, desk_for_passkeys, request_second_passkey
from webapp.desk.account.sign_in import complete_sign_in
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import pending_second_step, take_challenge
from webapp.desk.url_values import next_page
from webapp.installation.clock import now
from webapp.web.services import services


class SecondStepForm(Form):
    """A code of the authenticator's, or one from paper."""

    code = StringField(lazy_gettext("Code"), validators=[InputRequired(lazy_gettext("Enter a code."))])


@desk.get("/login/second-step")
@open_to_strangers
def second_step() -> AnyResponse:
    """Ask somebody who knew the password for more."""
    proven = pending_second_step(now())
    return _page(proven, SecondStepForm()) if proven else _start_again()


@desk.post("/login/second-step")
@open_to_strangers
def take_second_step() -> AnyResponse:
    """Let somebody in who has the code as well."""
    proven = pending_second_step(now())
    if proven is None:
        return _start_again()
    form = SecondStepForm(request.form)
    if not form.validate():
        return _page(proven, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            _use_code(session, proven.editor_id, form.code.data or "")
    except CodeRefusedError:
        note_failure(services().database, proven.editor_id, note=BY_CODE, now=now())
        form.code.errors = [gettext("This code is wrong, or was used already.")]
        return _page(proven, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _let_in(proven, BY_CODE)


@desk.post("/login/second-step/passkey")
@open_to_strangers
def second_step_by_passkey() -> AnyResponse:
    """Let somebody in who has the passkey as well."""
    proven = pending_second_step(now())
    if proven is None:
        return _start_again()
    form = CredentialForm(request.form)
    challenge, site = take_challenge(BY_CODE, now()), desk_for_passkeys()
    try:
        with services().database.transaction() as session:
            use_passkey(
                session,
                site,
                form.credential.data or "",
                challenge=challenge,
                now=now(),
                editor_id=proven.editor_id,
            )
    except PasskeyRefusedError:
        note_failure(services().database, proven.editor_id, note=BY_PASSKEY, now=now())
        page = SecondStepForm()
        page.form_errors = [gettext("This passkey was not recognised. You can try again.")]
        return _page(proven, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _let_in(proven, BY_PASSKEY)


def _use_code(session: Session, editor_id: int, code: str) -> None:
    plain = "".join(code.split())
    if len(plain) == DIGITS and plain.isdecimal():
        use_authenticator(session, editor_id, plain, now=now())
    else:
        use_recovery_code(session, editor_id, code, now=now())


def _let_in(proven: ProvenPassword, note: str) -> AnyResponse:
    try:
        return complete_sign_in(proven.editor_id, proven.mark, note=note)
    except SignInRefusedError:
        return _start_again()


def _start_again() -> AnyResponse:
    return redirect(url_for("desk.sign_in_page", next=next_page()), HTTPStatus.SEE_OTHER)


def _page(proven: ProvenPassword, form: SecondStepForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    with services().database.snapshot() as session:
        factors = factors_of(session, proven.editor_id)
        passkey = request_second_passkey(passkeys_of(session, proven.editor_id))
    page = render_template(
        "desk/second_step.html", form=form, factors=factors, passkey=passkey, next=next_page()
    )
    return make_response(page, status)
