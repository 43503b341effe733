"""Password-reset pages: ask for a link by mail, and choose a new password with it."""

import time
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.administration import EditorMissingError, get_editor, get_editor_by_email
from webapp.accounts.one_time_links import InvalidLinkError, get_unused_link, reset_password
from webapp.desk.access import allow_anonymous
from webapp.desk.account.accept_invitation import invalid_link_page
from webapp.desk.account.account_mail import mail_password_reset
from webapp.desk.account.forms import NewPasswordForm, PasswordResetRequestForm
from webapp.desk.blueprint import desk
from webapp.desk.reauthentication import pad_response_time
from webapp.installation.clock import now
from webapp.store.models import AccountLinkKind, Editor
from webapp.web.services import services


@desk.get("/password/forgotten")
@allow_anonymous
def forgotten() -> str:
    """Show the form for the e-mail address of the account."""
    return render_template("desk/account/forgotten.html", form=PasswordResetRequestForm())


@desk.post("/password/forgotten")
@allow_anonymous
def ask_for_password() -> AnyResponse:
    """Put a mail with a reset link into the outbox, if the address has an account that has not ended.

    Earlier links of the account are revoked; the password stays valid. Without such an account the response
    is the same, and takes at least `MINIMUM_RESPONSE_SECONDS` too, so that it doesn't show which accounts
    exist. 422 for an address that is missing or too long.
    """
    started = time.monotonic()
    form = PasswordResetRequestForm(request.form)
    if not form.validate():
        page = render_template("desk/account/forgotten.html", form=form)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    _mail_reset_if_account_exists(form.email.data or "")
    pad_response_time(started)
    return make_response(render_template("desk/account/asked.html"))


@desk.get("/password/new/<token>")
@allow_anonymous
def new_password_page(token: str) -> AnyResponse:
    """Show the form for the new password; 410 for an invalid link.

    A GET uses nothing up: mail scanners follow links too.
    """
    try:
        _owner_of_link(token)
    except InvalidLinkError:
        return invalid_link_page()
    return _page(NewPasswordForm())


@desk.post("/password/new/<token>")
@allow_anonymous
def choose_password(token: str) -> AnyResponse:
    """Change the password and use the link up; all sign-ins end, and claims on letters are released.

    It signs nobody in: the editor then signs in with the new password, and with the second factor as before.
    422 shows the form again with the errors; 410 for an invalid link or an account that has ended.
    """
    form = NewPasswordForm(request.form)
    try:
        owner = _owner_of_link(token)
        password_hash = form.hash_password(email=owner.email, name=owner.name) if form.validate() else None
        if password_hash is None:
            return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        with services().database.transaction() as session:
            reset_password(session, token, password_hash, now=now())
    except InvalidLinkError:
        return invalid_link_page()
    return make_response(render_template("desk/account/password_chosen.html"))


def _mail_reset_if_account_exists(email: str) -> None:
    with services().database.transaction() as session:
        try:
            editor = get_editor_by_email(session, email)
        except EditorMissingError:
            return
        if editor.ended_at is None:
            mail_password_reset(session, editor)


def _owner_of_link(token: str) -> Editor:
    """Return the account whose password the link is for; it may have ended.

    Raises:
        InvalidLinkError: no valid reset has the token.
    """
    with services().database.snapshot() as session:
        link = get_unused_link(session, AccountLinkKind.PASSWORD_RESET, token, now())
        if link.editor_id is None:
            raise InvalidLinkError
        return get_editor(session, link.editor_id)


def _page(form: NewPasswordForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/new_password.html", form=form), status)
