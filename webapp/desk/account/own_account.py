"""Pages of one's own account: name, password, active sign-ins, and re-authentication."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import change_password, rename_editor
from webapp.accounts.events import account_events
from webapp.accounts.second_factors import second_factors_of
from webapp.accounts.sign_ins import (
    SignInRefusedError,
    active_sign_ins,
    replace_sign_in,
    sign_out,
    sign_out_everywhere,
    verify_own_password,
)
from webapp.desk.access import DeskUser, allow_readers, allow_without_second_factor, current_desk_user
from webapp.desk.account.forms import ChangePasswordForm, NameForm, OwnPasswordForm
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import remember_authentication
from webapp.desk.url_values import redirect_target, row_id_or_404
from webapp.installation.clock import now
from webapp.web.services import services

EVENTS_SHOWN = 10
"""The newest events of the account, shown on its page."""


@desk.get("/account")
def account() -> AnyResponse:
    """Show the editor's account: name, second factors, active sign-ins and the newest events."""
    return _account_page(NameForm(name=current_desk_user().editor.name))


@desk.post("/account/name")
@allow_readers
def change_name() -> AnyResponse:
    """Change the editor's name; 422 without a valid one. No event is recorded."""
    form = NameForm(request.form)
    if not form.validate():
        return _account_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with services().database.transaction() as session:
        rename_editor(session, current_desk_user().editor.editor_id, form.name.data or "")
    return _redirect_to_account()


@desk.get("/account/password")
def password_page() -> AnyResponse:
    """Show the form to change the password."""
    return _password_page(ChangePasswordForm())


@desk.post("/account/password")
@allow_readers
def change_own_password() -> AnyResponse:
    """Change the password and sign out all other browsers, one of which may be an intruder's.

    Claims on letters stay, and it counts as a re-authentication. 422 shows the form again if the present
    password is wrong, which is recorded as a failed sign-in, or the new one is refused.
    """
    form, editor = ChangePasswordForm(request.form), current_desk_user().editor
    if not form.validate() or not _check_current_password(form):
        return _password_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    password_hash = form.hash_password(email=editor.email, name=editor.name)
    if password_hash is None:
        return _password_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with services().database.transaction() as session:
        change_password(session, editor.editor_id, password_hash, now=now())
        sign_out_everywhere(session, editor.editor_id, now(), except_sign_in_id=editor.sign_in_id)
    remember_authentication(now())
    return _redirect_to_account()


@desk.post("/account/sign-ins/<int:sign_in_id>/end")
@allow_readers
def end_one_sign_in(sign_in_id: int) -> AnyResponse:
    """End one of the editor's sign-ins; claims on letters stay, unless it is the present one.

    Nothing happens where the editor has no such active sign-in. It redirects to the account's page.
    """
    editor, sign_in_id = current_desk_user().editor, row_id_or_404(sign_in_id)
    with services().database.transaction() as session:
        sign_out(session, editor.editor_id, sign_in_id, now(), keep_claims=sign_in_id != editor.sign_in_id)
    return _redirect_to_account()


@desk.post("/account/sign-ins/end")
@allow_readers
def end_all_sign_ins() -> AnyResponse:
    """End all of the editor's sign-ins, the present one too, and release the editor's claims on letters.

    The rows stay, marked as ended, and an event is recorded. The session cookie is cleared, and the response
    redirects to the sign-in page.
    """
    with services().database.transaction() as session:
        sign_out_everywhere(session, current_desk_user().editor.editor_id, now())
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)


@desk.get("/account/proof")
@allow_without_second_factor
def reauthentication_page() -> AnyResponse:
    """Show the form for re-authentication."""
    return _own_password_page(OwnPasswordForm())


@desk.post("/account/proof")
@allow_readers
@allow_without_second_factor
def reauthenticate() -> AnyResponse:
    """Check the password, and redirect to the page that required re-authentication (``next``) or the queue.

    Pages that require it are then open for 30 minutes, and the sign-in is replaced by a new one. 422 shows
    the form again for a wrong password, which is recorded as a failed sign-in.
    """
    form = OwnPasswordForm(request.form)
    if not form.validate() or not _check_current_password(form):
        return _own_password_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    editor = current_desk_user().editor
    try:
        with services().database.transaction() as session:
            token = replace_sign_in(
                session,
                editor.editor_id,
                editor.sign_in_id,
                browser=request.headers.get("User-Agent", ""),
                now=now(),
            )
    except SignInRefusedError:
        return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)
    login_user(DeskUser(token, editor))
    remember_authentication(now())
    return redirect(redirect_target(), HTTPStatus.SEE_OTHER)


def _check_current_password(form: OwnPasswordForm) -> bool:
    """Tell whether the typed password is right; where not, put an error on the field and record it."""
    typed = form.current.data or ""
    matches = verify_own_password(services().database, current_desk_user().editor.editor_id, typed, now=now())
    if not matches:
        form.current.errors = [gettext("This is not your password.")]
    return matches


def _redirect_to_account() -> AnyResponse:
    return redirect(url_for("desk.account"), HTTPStatus.SEE_OTHER)


def _account_page(form: NameForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    editor = current_desk_user().editor
    with services().database.snapshot() as session:
        page = render_template(
            "desk/account/account.html",
            form=form,
            editor=editor,
            factors=second_factors_of(session, editor.editor_id),
            sign_ins=active_sign_ins(session, editor.editor_id, now()),
            events=account_events(session, editor_id=editor.editor_id, size=EVENTS_SHOWN).rows,
        )
    return make_response(page, status)


def _password_page(form: ChangePasswordForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/password.html", form=form), status)


def _own_password_page(form: OwnPasswordForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(
        render_template("desk/account/reauthentication.html", form=form, next=redirect_target()), status
    )
