"""The way in and out."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now
from webapp.desk.access import DeskUser, open_to_readers, open_to_strangers, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.forms import SignInForm
from webapp.people.sign_ins import SignInRefusedError, sign_in, sign_out, signed_in_editor
from webapp.services import services


@desk.get("/login")
@open_to_strangers
def sign_in_page() -> str:
    """Ask who is there."""
    return render_template("desk/sign_in.html", form=SignInForm(), next=_next_page())


@desk.post("/login")
@open_to_strangers
def start_sign_in() -> AnyResponse:
    """Let an editor in."""
    form = SignInForm(request.form)
    token = ""
    if form.validate():
        try:
            token = sign_in(
                services().database, email=form.email.data or "", password=form.password.data or "", now=now()
            )
        except SignInRefusedError:
            form.form_errors = [gettext("This e-mail address and password don’t go together.")]
    with services().database.reading() as session:
        editor = signed_in_editor(session, token, now()) if token else None
    if editor is None:
        page = render_template("desk/sign_in.html", form=form, next=_next_page())
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    # Nothing that a stranger may have planted in the cookie survives the sign-in.
    cookie.clear()
    login_user(DeskUser(token, editor))
    return redirect(_next_page(), HTTPStatus.SEE_OTHER)


@desk.post("/logout")
@open_to_readers
def end_sign_in() -> AnyResponse:
    """Let an editor go."""
    with services().database.writing() as session:
        sign_out(session, signed_in().token, now())
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)


def _next_page() -> str:
    """Return where the sign-in leads: a page of the desk, and never anything else."""
    wanted = request.args.get("next", "")
    front = url_for("desk.queue")
    is_ours = wanted.startswith(front) and "\\" not in wanted and ".." not in wanted
    # A line end would end the header that the address goes out in.
    return wanted if is_ours and wanted.isprintable() else front
