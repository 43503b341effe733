"""Making the account that one was invited to."""

from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import hashed
from webapp.accounts.events import BY_LINK
from webapp.accounts.links import LinkDeadError, accept_invitation, open_link
from webapp.desk.access import open_to_strangers
from webapp.desk.account.forms import JoinForm
from webapp.desk.account.sign_in import complete_sign_in
from webapp.desk.blueprint import desk
from webapp.installation.clock import now
from webapp.store.models import AccountLink, AccountLinkKind
from webapp.web.services import services


@desk.get("/join/<token>")
@open_to_strangers
def join_page(token: str) -> AnyResponse:
    """Ask for name and password; nothing happens yet: programs that scan mail open links, too."""
    try:
        link = _invitation(token)
    except LinkDeadError:
        return dead_link()
    return _page(link, JoinForm(name=link.name))


@desk.post("/join/<token>")
@open_to_strangers
def join(token: str) -> AnyResponse:
    """Make the account, and let its owner in."""
    form = JoinForm(request.form)
    try:
        link = _invitation(token)
        if not form.validate():
            return _page(link, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        password_hash = hashed(form.password.data or "")
        with services().database.transaction() as session:
            editor_id = accept_invitation(
                session, token, name=form.name.data or "", password_hash=password_hash, now=now()
            ).id
    except LinkDeadError:
        return dead_link()
    return complete_sign_in(editor_id, None, note=BY_LINK)


def dead_link() -> AnyResponse:
    """Say that a link is worth nothing, and no more: it may be anybody who asks."""
    return make_response(render_template("desk/account/dead_link.html"), HTTPStatus.GONE)


def _invitation(token: str) -> AccountLink:
    with services().database.snapshot() as session:
        return open_link(session, AccountLinkKind.INVITATION, token, now())


def _page(link: AccountLink, form: JoinForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/join.html", link=link, form=form), status)
