"""Account administration pages for chiefs: list, event log, invitations, and changes of one account.

Changes are: role, end, reopening, required second factor, reset of second factors, sign-out, password link.
All of these and inviting require re-authentication, and they aren't refused on the chief's own account.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import AddressRefusedError, EditorExistsError, normalize_account_email
from webapp.accounts.administration import (
    EditorMissingError,
    LastChiefError,
    account_summaries,
    change_role,
    end_account,
    get_editor,
    reopen_account,
    set_second_factor_required,
)
from webapp.accounts.events import account_events
from webapp.accounts.one_time_links import create_invitation, pending_invitations, revoke_invitation
from webapp.accounts.second_factors import reset_second_factors, second_factors_of
from webapp.accounts.sign_ins import active_sign_ins, sign_out_everywhere
from webapp.desk.access import current_desk_user, require_reauthentication, require_role
from webapp.desk.account.account_mail import (
    invitation_url,
    is_mail_disabled,
    mail_invitation,
    mail_password_reset,
    password_reset_url,
)
from webapp.desk.account.forms import InvitationForm, RoleForm
from webapp.desk.blueprint import desk
from webapp.desk.url_values import row_id_or_404
from webapp.installation.clock import now
from webapp.rules.text_cleaning import clean_line
from webapp.store.models import Role
from webapp.web.services import services
from webapp.wording.desk.accounts import ROLE_MEANINGS
from webapp.wording.findings import sentence

EVENTS_SHOWN = 20
"""The newest events of an account, shown on its page."""


@desk.get("/people")
@require_role(Role.CHIEF)
def people() -> str:
    """List all accounts, those that have ended last, and the pending invitations."""
    with services().database.snapshot() as session:
        return render_template(
            "desk/people/people.html",
            colleagues=account_summaries(session),
            invitations=pending_invitations(session, now()),
        )


@desk.get("/people/events")
@require_role(Role.CHIEF)
def people_events() -> str:
    """List a page of 50 events of all accounts, newest first."""
    before = request.args.get("before", type=int)
    with services().database.snapshot() as session:
        page = account_events(session, before=None if before is None else row_id_or_404(before))
        return render_template("desk/people/events.html", page=page)


@desk.get("/people/invite")
@require_role(Role.CHIEF)
@require_reauthentication
def invitation_page() -> AnyResponse:
    """Show the form for an invitation."""
    return _invitation_page(InvitationForm(role=Role.EDITOR.value))


@desk.post("/people/invite")
@require_role(Role.CHIEF)
@require_reauthentication
def send_invitation() -> AnyResponse:
    """Create an invitation and mail its link; without a mail server, show the link, only this once.

    Earlier invitations to the address are revoked, and the mail is put into the outbox in both cases. 422
    shows the form again with the errors, also if the address has an account.
    """
    form, chief = InvitationForm(request.form), current_desk_user().editor
    role = form.selected_role()
    if not form.validate() or role is None:
        if role is None:
            form.role.errors = [gettext("Choose a role.")]
        return _invitation_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    name = clean_line(form.name.data or "")
    try:
        # The message goes to the address that is stored: a display name around it is no part of it.
        recipient = normalize_account_email(form.email.data or "")
        with services().database.transaction() as session:
            token = create_invitation(
                session, email=recipient, name=name, role=role, by_id=chief.editor_id, now=now()
            )
            mail_invitation(session, recipient=recipient, token=token, inviter=chief.name)
    except AddressRefusedError as error:
        form.email.errors = [sentence(error.finding)]
    except EditorExistsError:
        form.email.errors = [gettext("There is an account with this address.")]
    else:
        link = invitation_url(token) if is_mail_disabled() else None
        return make_response(render_template("desk/people/invited.html", email=recipient, link=link))
    return _invitation_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)


@desk.post("/people/invitations/<int:invitation>/take-back")
@require_role(Role.CHIEF)
def end_invitation(invitation: int) -> AnyResponse:
    """Revoke an invitation and redirect to the list; where it is not pending or unknown, nothing happens."""
    with services().database.transaction() as session:
        revoke_invitation(session, row_id_or_404(invitation), now())
    return redirect(url_for("desk.people"), HTTPStatus.SEE_OTHER)


@desk.get("/people/<int:editor_id>")
@require_role(Role.CHIEF)
@require_reauthentication
def colleague(editor_id: int) -> AnyResponse:
    """Show one account: role, second factors, active sign-ins, newest events; 404 where there is none."""
    return _colleague_page(editor_id)


@desk.post("/people/<int:editor_id>/role")
@require_role(Role.CHIEF)
@require_reauthentication
def set_role(editor_id: int) -> AnyResponse:
    """Change the role of an account; 400 for an unknown role, 404 where there is no account.

    A former chief's pending invitations are revoked; of one who becomes a reader, the claims on letters are
    released. 409 shows the account's page if it is the last chief.
    """
    role = RoleForm(request.form).selected_role()
    if role is None:
        abort(HTTPStatus.BAD_REQUEST)
    return _change_account(
        editor_id, lambda session: change_role(session, editor_id, role, now=now(), by_id=_own_id())
    )


@desk.post("/people/<int:editor_id>/end")
@require_role(Role.CHIEF)
@require_reauthentication
def end_colleague(editor_id: int) -> AnyResponse:
    """End an account: end its sign-ins, revoke its pending invitations, release its claims on letters.

    The row stays and can be reopened. 409 shows the account's page if it is the last chief; 404 where there
    is no account.
    """
    return _change_account(
        editor_id, lambda session: end_account(session, editor_id, now=now(), by_id=_own_id())
    )


@desk.post("/people/<int:editor_id>/reopen")
@require_role(Role.CHIEF)
@require_reauthentication
def reopen_colleague(editor_id: int) -> AnyResponse:
    """Reopen an account that has ended, with its old password; 404 where there is none.

    Nothing happens where it has not ended.
    """
    return _change_account(
        editor_id, lambda session: reopen_account(session, editor_id, now=now(), by_id=_own_id())
    )


@desk.post("/people/<int:editor_id>/second-factor")
@require_role(Role.CHIEF)
@require_reauthentication
def wish_second_factor(editor_id: int) -> AnyResponse:
    """Set whether an account must have a second factor; 404 where there is no account.

    It must if the field ``required`` is ``yes``, and need not otherwise.
    """
    required = request.form.get("required") == "yes"
    return _change_account(
        editor_id,
        lambda session: set_second_factor_required(
            session, editor_id, required=required, now=now(), by_id=_own_id()
        ),
    )


@desk.post("/people/<int:editor_id>/second-factor/reset")
@require_role(Role.CHIEF)
@require_reauthentication
def reset_colleagues_second_factor(editor_id: int) -> AnyResponse:
    """Delete all second factors and recovery codes of an account, whose owner has lost the device.

    Its sign-ins go on. 404 where there is no account.
    """
    return _change_account(
        editor_id, lambda session: reset_second_factors(session, editor_id, by_id=_own_id(), now=now())
    )


@desk.post("/people/<int:editor_id>/sign-out")
@require_role(Role.CHIEF)
@require_reauthentication
def sign_colleague_out(editor_id: int) -> AnyResponse:
    """End all sign-ins of an account and release its claims on letters; 404 where there is no account."""
    return _change_account(
        editor_id, lambda session: sign_out_everywhere(session, editor_id, now(), by_id=_own_id())
    )


@desk.post("/people/<int:editor_id>/password-link")
@require_role(Role.CHIEF)
@require_reauthentication
def send_password_link(editor_id: int) -> AnyResponse:
    """Mail a password-reset link; without a mail server, show the link, only this once.

    Earlier links are revoked, and the mail is put into the outbox in both cases; the password stays valid.
    404 where there is no account; 409 shows the account's page if it has ended.
    """
    with services().database.transaction() as session:
        try:
            editor = get_editor(session, row_id_or_404(editor_id))
        except EditorMissingError:
            abort(HTTPStatus.NOT_FOUND)
        email = editor.email
        token = mail_password_reset(session, editor, by_id=_own_id()) if editor.ended_at is None else None
    if token is None:
        problem = gettext("This account has ended. Reopen it first.")
        return _colleague_page(editor_id, problem, HTTPStatus.CONFLICT)
    link = password_reset_url(token) if is_mail_disabled() else None
    return make_response(render_template("desk/people/password_link.html", email=email, link=link))


def _own_id() -> int:
    return current_desk_user().editor.editor_id


def _change_account(editor_id: int, change: Callable[[Session], None]) -> AnyResponse:
    """Run ``change`` in a transaction and redirect to the account's page.

    It aborts with 404 where there is no such account, and returns the page with the problem (409) for the
    last chief.
    """
    try:
        with services().database.transaction() as session:
            get_editor(session, row_id_or_404(editor_id))
            change(session)
    except EditorMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except LastChiefError:
        problem = gettext("This is the desk’s only chief. Make somebody else a chief first.")
        return _colleague_page(editor_id, problem, HTTPStatus.CONFLICT)
    return redirect(url_for("desk.colleague", editor_id=editor_id), HTTPStatus.SEE_OTHER)


def _colleague_page(editor_id: int, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    with services().database.snapshot() as session:
        try:
            editor = get_editor(session, row_id_or_404(editor_id))
        except EditorMissingError:
            abort(HTTPStatus.NOT_FOUND)
        page = render_template(
            "desk/people/colleague.html",
            editor=editor,
            form=RoleForm(role=editor.role.value),
            problem=problem,
            factors=second_factors_of(session, editor.id),
            sign_ins=active_sign_ins(session, editor.id, now()),
            events=account_events(session, editor_id=editor.id, size=EVENTS_SHOWN).rows,
            is_me=editor.id == _own_id(),
            role_meanings=ROLE_MEANINGS,
        )
    return make_response(page, status)


def _invitation_page(form: InvitationForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    page = render_template("desk/people/invite.html", form=form, role_meanings=ROLE_MEANINGS)
    return make_response(page, status)
