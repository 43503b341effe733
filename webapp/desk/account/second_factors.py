"""Pages of one's own second factors: authenticator app, passkeys, recovery codes.

All of them require re-authentication, and are open to readers and where a required second factor is missing.
"""

import io
from collections.abc import Sequence
from http import HTTPStatus

import segno
from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.administration import get_editor
from webapp.accounts.passkeys import add_passkey, passkey_registration_request, passkeys_of, remove_passkey
from webapp.accounts.recovery_codes import replace_recovery_codes
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.second_factors import CodeRefusedError, second_factors_of
from webapp.accounts.totp import (
    AuthenticatorExistsError,
    confirm_authenticator,
    otpauth_uri,
    remove_authenticator,
    start_authenticator_setup,
    unconfirmed_secret,
)
from webapp.desk.access import (
    allow_readers,
    allow_without_second_factor,
    current_desk_user,
    require_reauthentication,
)
from webapp.desk.account.forms import CodeForm
from webapp.desk.account.passkey_requests import NewPasskeyForm, webauthn_relying_party
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import ChallengePurpose, pop_challenge, remember_challenge
from webapp.desk.url_values import row_id_or_404
from webapp.installation.clock import now
from webapp.web.services import services
from webapp.wording.house import house_account_name


@desk.get("/account/second-factors")
@allow_without_second_factor
@require_reauthentication
def second_factors() -> AnyResponse:
    """Show the editor's second factors, with the forms to add and remove them.

    It stores a challenge for a new passkey in the session cookie.
    """
    return _second_factors_page(NewPasskeyForm())


@desk.post("/account/authenticator")
@allow_readers
@allow_without_second_factor
@require_reauthentication
def begin() -> AnyResponse:
    """Create the secret for an authenticator app, and redirect to the page that shows it.

    An unconfirmed secret is replaced. With a confirmed app nothing changes, and the redirect leads back.
    """
    try:
        with services().database.transaction() as session:
            start_authenticator_setup(session, _editor_id())
    except AuthenticatorExistsError:
        return _redirect_to_second_factors()
    return redirect(url_for("desk.authenticator"), HTTPStatus.SEE_OTHER)


@desk.get("/account/authenticator")
@allow_without_second_factor
@require_reauthentication
def authenticator() -> AnyResponse:
    """Show the secret for the app and ask for its first code; redirect where no set-up is pending."""
    return _authenticator_page(CodeForm())


@desk.get("/account/authenticator.svg")
@allow_without_second_factor
@require_reauthentication
def authenticator_picture() -> AnyResponse:
    """Return the secret as a QR code (SVG); 404 where no set-up is pending."""
    with services().database.snapshot() as session:
        editor = get_editor(session, _editor_id())
    secret = unconfirmed_secret(editor)
    if secret is None:
        abort(HTTPStatus.NOT_FOUND)
    svg = io.BytesIO()
    uri = otpauth_uri(editor, secret, house_account_name(services().settings.house))
    segno.make(uri, error="m", micro=False).save(svg, kind="svg", scale=5, light="#fff")
    response = make_response(svg.getvalue())
    response.mimetype = "image/svg+xml"
    return response


@desk.post("/account/authenticator/confirm")
@allow_readers
@allow_without_second_factor
@require_reauthentication
def confirm() -> AnyResponse:
    """Confirm the app with its first code, which makes it a second factor.

    New recovery codes are created and shown where no unused one is left; else it redirects to the second
    factors, as it does where an app is confirmed already or no set-up is pending. 422 for a wrong code.
    """
    form = CodeForm(request.form)
    if not form.validate():
        return _authenticator_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            confirm_authenticator(session, _editor_id(), form.code.data or "", now=now())
    except AuthenticatorExistsError:
        return _redirect_to_second_factors()
    except CodeRefusedError:
        form.code.errors = [gettext("This code is wrong. Wait for the next one in the app, and type that.")]
        return _authenticator_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _finish_set_up()


@desk.post("/account/authenticator/remove")
@allow_readers
@allow_without_second_factor
@require_reauthentication
def remove() -> AnyResponse:
    """Remove the authenticator app or its pending set-up, and redirect to the second factors.

    The recovery codes are deleted too where no second factor is left.
    """
    with services().database.transaction() as session:
        remove_authenticator(session, _editor_id(), now=now())
    return _redirect_to_second_factors()


@desk.post("/account/recovery-codes")
@allow_readers
@allow_without_second_factor
@require_reauthentication
def new_recovery_codes() -> AnyResponse:
    """Replace the recovery codes and show the new ones, only this once; 409 without a second factor."""
    with services().database.transaction() as session:
        if not second_factors_of(session, _editor_id()):
            abort(HTTPStatus.CONFLICT)
        codes = replace_recovery_codes(session, _editor_id(), now=now())
    return _codes_page(codes)


@desk.post("/account/passkeys")
@allow_readers
@allow_without_second_factor
@require_reauthentication
def new_passkey() -> AnyResponse:
    """Store a passkey that this browser has just created, which makes it a second factor.

    New recovery codes are created and shown where no unused one is left; else it redirects to the second
    factors. 422 shows these again without a valid name or if the passkey is refused. The challenge is used up
    in any case.
    """
    form = NewPasskeyForm(request.form)
    challenge = pop_challenge(ChallengePurpose.REGISTRATION, now())
    if not form.validate():
        return _second_factors_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            add_passkey(
                session,
                webauthn_relying_party(),
                _editor_id(),
                form.credential.data or "",
                challenge=challenge,
                name=form.name.data or "",
                now=now(),
            )
    except PasskeyRefusedError:
        form.name.errors = [gettext("The browser gave no passkey. You can try again.")]
        return _second_factors_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _finish_set_up()


@desk.post("/account/passkeys/<int:passkey_id>/remove")
@allow_readers
@allow_without_second_factor
@require_reauthentication
def forget_passkey(passkey_id: int) -> AnyResponse:
    """Remove one of the editor's passkeys; 404 where there is none with this id.

    The recovery codes are deleted too where no second factor is left.
    """
    with services().database.transaction() as session:
        existed = remove_passkey(session, _editor_id(), row_id_or_404(passkey_id), now=now())
    if not existed:
        abort(HTTPStatus.NOT_FOUND)
    return _redirect_to_second_factors()


def _editor_id() -> int:
    return current_desk_user().editor.editor_id


def _redirect_to_second_factors() -> AnyResponse:
    return redirect(url_for("desk.second_factors"), HTTPStatus.SEE_OTHER)


def _finish_set_up() -> AnyResponse:
    """Create and show recovery codes if the editor has none left, as phones get lost; else redirect."""
    with services().database.transaction() as session:
        if second_factors_of(session, _editor_id()).codes_left:
            return _redirect_to_second_factors()
        codes = replace_recovery_codes(session, _editor_id(), now=now())
    return _codes_page(codes)


def _codes_page(codes: Sequence[str]) -> AnyResponse:
    return make_response(render_template("desk/account/recovery_codes.html", codes=codes))


def _second_factors_page(form: NewPasskeyForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    relying_party = webauthn_relying_party()
    with services().database.snapshot() as session:
        editor = get_editor(session, _editor_id())
        webauthn_request = (
            passkey_registration_request(session, relying_party, editor) if relying_party else None
        )
        context = {
            "factors": second_factors_of(session, editor.id),
            "passkeys": passkeys_of(session, editor.id),
        }
    if webauthn_request:
        remember_challenge(ChallengePurpose.REGISTRATION, webauthn_request.challenge, now())
    page = render_template(
        "desk/account/second_factors.html",
        form=form,
        editor=editor,
        passkey=webauthn_request.options if webauthn_request else None,
        must_set_up_second_factor=current_desk_user().editor.must_set_up_second_factor,
        **context,
    )
    return make_response(page, status)


def _authenticator_page(form: CodeForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    with services().database.snapshot() as session:
        secret = unconfirmed_secret(get_editor(session, _editor_id()))
    if secret is None:
        return _redirect_to_second_factors()
    return make_response(render_template("desk/account/authenticator.html", form=form, secret=secret), status)
