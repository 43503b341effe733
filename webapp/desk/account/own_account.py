"""One's own account: name, password, where one is signed in."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from flask_login import logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import change_password, hashed, rename_editor
from webapp.accounts.events import account_events
from webapp.accounts.second_factors import factors_of
from webapp.accounts.sign_ins import is_own_password, open_sign_ins, sign_out, sign_out_everywhere
from webapp.desk.access import open_to_readers, open_while_setting_up, signed_in
from webapp.desk.account.forms import ChangePasswordForm, NameForm, OwnPasswordForm
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import remember_authentication
from webapp.desk.url_values import next_page, row_number
from webapp.installation.clock import now
from webapp.web.services import services

EVENTS_SHOWN = 10


@desk.get("/account")
def account() -> AnyResponse:
    """Show one's own account."""
    return _page(NameForm(name=signed_in().editor.name))


@desk.post("/account/name")
@open_to_readers
def change_name() -> AnyResponse:
    """Let colleagues see one under another name."""
    form = NameForm(request.form)
    if not form.validate():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with services().database.transaction() as session:
        rename_editor(session, signed_in().editor.editor_id, form.name.data or "")
    return _back()


@desk.get("/account/password")
def password_page() -> AnyResponse:
    """Ask for the old password and a new one."""
    return _password_page(ChangePasswordForm())


@desk.post("/account/password")
@open_to_readers
def change_own_password() -> AnyResponse:
    """Keep another password; other browsers, which may be a thief's, are signed out."""
    form, editor = ChangePasswordForm(request.form), signed_in().editor
    if not form.validate() or not _is_own(form):
        return _password_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    password_hash = hashed(form.password.data or "")
    with services().database.transaction() as session:
        change_password(session, editor.editor_id, password_hash, now=now())
        sign_out_everywhere(session, editor.editor_id, now(), but=editor.sign_in_id)
    remember_authentication(now())
    return _back()


@desk.post("/account/sign-ins/<int:sign_in_id>/end")
@open_to_readers
def end_one_sign_in(sign_in_id: int) -> AnyResponse:
    """Sign one of one's browsers out."""
    editor, number = signed_in().editor, row_number(sign_in_id)
    with services().database.transaction() as session:
        sign_out(session, editor.editor_id, number, now(), stays=number != editor.sign_in_id)
    return _back()


@desk.post("/account/sign-ins/end")
@open_to_readers
def end_all_sign_ins() -> AnyResponse:
    """Sign all of one's browsers out, this one too."""
    with services().database.transaction() as session:
        sign_out_everywhere(session, signed_in().editor.editor_id, now())
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)


@desk.get("/account/proof")
@open_while_setting_up
def proof_page() -> AnyResponse:
    """Ask for the password once more."""
    return _proof_page(OwnPasswordForm())


@desk.post("/account/proof")
@open_to_readers
@open_while_setting_up
def prove() -> AnyResponse:
    """Take the password, and go on to what it was asked for."""
    form = OwnPasswordForm(request.form)
    if not form.validate() or not _is_own(form):
        return _proof_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    remember_authentication(now())
    return redirect(next_page(), HTTPStatus.SEE_OTHER)


def _is_own(form: OwnPasswordForm) -> bool:
    """Hold the password against the editor's own, and say so at its field where it is another."""
    typed = form.current.data or ""
    fits = is_own_password(services().database, signed_in().editor.editor_id, typed, now=now())
    if not fits:
        form.current.errors = [gettext("This is not your password.")]
    return fits


def _back() -> AnyResponse:
    return redirect(url_for("desk.account"), HTTPStatus.SEE_OTHER)


def _page(form: NameForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    editor = signed_in().editor
    with services().database.snapshot() as session:
        page = render_template(
            "desk/account/account.html",
            form=form,
            editor=editor,
            factors=factors_of(session, editor.editor_id),
            sign_ins=open_sign_ins(session, editor.editor_id, now()),
            events=account_events(session, editor_id=editor.editor_id, size=EVENTS_SHOWN).rows,
        )
    return make_response(page, status)


def _password_page(form: ChangePasswordForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/password.html", form=form), status)


def _proof_page(form: OwnPasswordForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/proof.html", form=form, next=next_page()), status)
