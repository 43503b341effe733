"""A new password for somebody who has forgotten the old one."""

import time
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import hashed
from webapp.accounts.links import LinkDeadError, open_link, reset_password
from webapp.accounts.team import EditorMissingError, find_editor
from webapp.desk.access import open_to_strangers
from webapp.desk.account.accept_invitation import dead_link
from webapp.desk.account.account_links import mail_reset
from webapp.desk.account.forms import ForgottenForm, NewPasswordForm
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import pad_response_time
from webapp.installation.clock import now
from webapp.store.models import AccountLinkKind
from webapp.web.services import services


@desk.get("/password/forgotten")
@open_to_strangers
def forgotten() -> str:
    """Ask whose password it is."""
    return render_template("desk/account/forgotten.html", form=ForgottenForm())


@desk.post("/password/forgotten")
@open_to_strangers
def ask_for_password() -> AnyResponse:
    """Mail a link to the account's address; say the same, and as late, where there is no account."""
    started = time.monotonic()
    form = ForgottenForm(request.form)
    if not form.validate():
        page = render_template("desk/account/forgotten.html", form=form)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    _mail_link(form.email.data or "")
    pad_response_time(started)
    return make_response(render_template("desk/account/asked.html"))


@desk.get("/password/new/<token>")
@open_to_strangers
def new_password_page(token: str) -> AnyResponse:
    """Ask for the new password; nothing happens yet: programs that scan mail open links, too."""
    try:
        _open(token)
    except LinkDeadError:
        return dead_link()
    return _page(NewPasswordForm())


@desk.post("/password/new/<token>")
@open_to_strangers
def choose_password(token: str) -> AnyResponse:
    """Keep the new password; its owner signs in with it, and with the second factor as ever."""
    form = NewPasswordForm(request.form)
    try:
        _open(token)
        if not form.validate():
            return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        password_hash = hashed(form.password.data or "")
        with services().database.transaction() as session:
            reset_password(session, token, password_hash, now=now())
    except LinkDeadError:
        return dead_link()
    return make_response(render_template("desk/account/password_chosen.html"))


def _mail_link(email: str) -> None:
    with services().database.transaction() as session:
        try:
            editor = find_editor(session, email)
        except EditorMissingError:
            return
        if editor.ended_at is None:
            mail_reset(session, editor)


def _open(token: str) -> None:
    with services().database.snapshot() as session:
        open_link(session, AccountLinkKind.PASSWORD_RESET, token, now())


def _page(form: NewPasswordForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/new_password.html", form=form), status)
