"""Pages to accept an invitation (choose a name and password), and the page for an invalid link."""

from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.events import BY_LINK
from webapp.accounts.one_time_links import InvalidLinkError, accept_invitation, get_unused_link
from webapp.accounts.sign_ins import SignInRefusedError
from webapp.desk.access import allow_anonymous
from webapp.desk.account.forms import AcceptInvitationForm
from webapp.desk.account.sign_in_completion import complete_sign_in
from webapp.desk.blueprint import desk
from webapp.installation.clock import now
from webapp.store.models import AccountLink, AccountLinkKind
from webapp.web.services import services


@desk.get("/join/<token>")
@allow_anonymous
def join_page(token: str) -> AnyResponse:
    """Show the form for name and password; 410 for an invalid link.

    A GET uses nothing up: mail scanners follow links too.
    """
    try:
        link = _valid_invitation(token)
    except InvalidLinkError:
        return invalid_link_page()
    return _page(link, AcceptInvitationForm(name=link.name))


@desk.post("/join/<token>")
@allow_anonymous
def join(token: str) -> AnyResponse:
    """Create the account, use the invitation up, and sign its owner in in this browser.

    It redirects to the queue or the page in ``next``. 422 shows the form again with the errors; 410 for an
    invalid link, and if a chief has ended the new account before the sign-in.
    """
    form = AcceptInvitationForm(request.form)
    try:
        link = _valid_invitation(token)
        password_hash = (
            form.hash_password(email=link.email, name=f"{form.name.data} {link.name}")
            if form.validate()
            else None
        )
        if password_hash is None:
            return _page(link, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        with services().database.transaction() as session:
            editor_id = accept_invitation(
                session, token, name=form.name.data or "", password_hash=password_hash, now=now()
            ).id
        return complete_sign_in(editor_id, None, note=BY_LINK)
    except (InvalidLinkError, SignInRefusedError):
        return invalid_link_page()


def invalid_link_page() -> AnyResponse:
    """Return the page for an invalid link (410); it doesn't say why, as anybody may ask."""
    return make_response(render_template("desk/account/dead_link.html"), HTTPStatus.GONE)


def _valid_invitation(token: str) -> AccountLink:
    with services().database.snapshot() as session:
        return get_unused_link(session, AccountLinkKind.INVITATION, token, now())


def _page(link: AccountLink, form: AcceptInvitationForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    return make_response(render_template("desk/account/join.html", link=link, form=form), status)
