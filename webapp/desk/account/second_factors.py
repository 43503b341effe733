"""One's own second factors: an authenticator app, passkeys, recovery codes."""

import io
from collections.abc import Sequence
from http import HTTPStatus

import segno
from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.authenticator import (
    AuthenticatorSetError,
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    secret_to_show,
    setup_address,
)
from webapp.accounts.passkeys import add_passkey, passkeys_of, remove_passkey, request_new_passkey
from webapp.accounts.recovery_codes import make_recovery_codes
from webapp.accounts.relying_party import PasskeyRefusedError
from webapp.accounts.second_factors import CodeRefusedError, factors_of
from webapp.accounts.team import read_editor
from webapp.desk.access import open_to_readers, open_while_setting_up, require_reauthentication, signed_in
from webapp.desk.account.forms import CodeForm
from webapp.desk.account.passkey_requests import NewPasskeyForm, desk_for_passkeys
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import remember_challenge, take_challenge
from webapp.desk.url_values import row_number
from webapp.installation.clock import now
from webapp.web.services import services

NEW_PASSKEY = "new"


@desk.get("/account/second-factors")
@open_while_setting_up
@require_reauthentication
def second_factors() -> AnyResponse:
    """Show what one has besides the password."""
    return _page(NewPasskeyForm())


@desk.post("/account/authenticator")
@open_to_readers
@open_while_setting_up
@require_reauthentication
def begin() -> AnyResponse:
    """Make a secret for an authenticator app."""
    try:
        with services().database.transaction() as session:
            begin_authenticator(session, _me())
    except AuthenticatorSetError:
        return _back()
    return redirect(url_for("desk.authenticator"), HTTPStatus.SEE_OTHER)


@desk.get("/account/authenticator")
@open_while_setting_up
@require_reauthentication
def authenticator() -> AnyResponse:
    """Show the secret that an app is to have, and ask for its first code."""
    return _authenticator_page(CodeForm())


@desk.get("/account/authenticator.svg")
@open_while_setting_up
@require_reauthentication
def authenticator_picture() -> AnyResponse:
    """Give the secret as a picture that a phone's camera reads."""
    with services().database.snapshot() as session:
        editor = read_editor(session, _me())
    secret = secret_to_show(editor)
    if secret is None:
        abort(HTTPStatus.NOT_FOUND)
    picture = io.BytesIO()
    address = setup_address(editor, secret, services().settings.policies[0].paper.title)
    segno.make(address, error="m", micro=False).save(picture, kind="svg", scale=5, light="#fff")
    response = make_response(picture.getvalue())
    response.mimetype = "image/svg+xml"
    return response


@desk.post("/account/authenticator/confirm")
@open_to_readers
@open_while_setting_up
@require_reauthentication
def confirm() -> AnyResponse:
    """Let the app count, as it shows the right code."""
    form = CodeForm(request.form)
    if not form.validate():
        return _authenticator_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            confirm_authenticator(session, _me(), form.code.data or "", now=now())
    except AuthenticatorSetError:
        return _back()
    except CodeRefusedError:
        form.code.errors = [gettext("This code is wrong. Wait for the next one in the app, and type that.")]
        return _authenticator_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _back_with_codes()


@desk.post("/account/authenticator/remove")
@open_to_readers
@open_while_setting_up
@require_reauthentication
def remove() -> AnyResponse:
    """Forget the app."""
    with services().database.transaction() as session:
        remove_authenticator(session, _me(), now=now())
    return _back()


@desk.post("/account/recovery-codes")
@open_to_readers
@open_while_setting_up
@require_reauthentication
def new_recovery_codes() -> AnyResponse:
    """Make new codes in place of the old ones, and show them this once."""
    with services().database.transaction() as session:
        if not factors_of(session, _me()):
            abort(HTTPStatus.CONFLICT)
        codes = make_recovery_codes(session, _me(), now=now())
    return _codes_page(codes)


@desk.post("/account/passkeys")
@open_to_readers
@open_while_setting_up
@require_reauthentication
def new_passkey() -> AnyResponse:
    """Keep a passkey that this browser has just made."""
    form = NewPasskeyForm(request.form)
    challenge, site = take_challenge(NEW_PASSKEY, now()), desk_for_passkeys()
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            add_passkey(
                session,
                site,
                _me(),
                form.credential.data or "",
                challenge=challenge,
                name=form.name.data or "",
                now=now(),
            )
    except PasskeyRefusedError:
        form.name.errors = [gettext("The browser gave no passkey. You can try again.")]
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _back_with_codes()


@desk.post("/account/passkeys/<int:passkey_id>/remove")
@open_to_readers
@open_while_setting_up
@require_reauthentication
def forget_passkey(passkey_id: int) -> AnyResponse:
    """Forget one of one's passkeys."""
    with services().database.transaction() as session:
        was_there = remove_passkey(session, _me(), row_number(passkey_id), now=now())
    if not was_there:
        abort(HTTPStatus.NOT_FOUND)
    return _back()


def _me() -> int:
    return signed_in().editor.editor_id


def _back() -> AnyResponse:
    return redirect(url_for("desk.second_factors"), HTTPStatus.SEE_OTHER)


def _back_with_codes() -> AnyResponse:
    """Go back, by way of the recovery codes where there are none yet: a phone is easily lost."""
    with services().database.transaction() as session:
        if factors_of(session, _me()).codes_left:
            return _back()
        codes = make_recovery_codes(session, _me(), now=now())
    return _codes_page(codes)


def _codes_page(codes: Sequence[str]) -> AnyResponse:
    return make_response(render_template("desk/account/recovery_codes.html", codes=codes))


def _page(form: NewPasskeyForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    site = desk_for_passkeys()
    with services().database.snapshot() as session:
        editor = read_editor(session, _me())
        asked = request_new_passkey(session, site, editor) if site else None
        page_parts = {
            "factors": factors_of(session, editor.id),
            "passkeys": passkeys_of(session, editor.id),
        }
    if asked:
        remember_challenge(NEW_PASSKEY, asked.challenge, now())
    page = render_template(
        "desk/account/second_factors.html",
        form=form,
        editor=editor,
        passkey=asked.options if asked else None,
        must_set_up=signed_in().editor.must_set_up,
        **page_parts,
    )
    return make_response(page, status)


def _authenticator_page(form: CodeForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    with services().database.snapshot() as session:
        secret = secret_to_show(read_editor(session, _me()))
    if secret is None:
        return _back()
    return make_response(render_template("desk/account/authenticator.html", form=form, secret=secret), status)
