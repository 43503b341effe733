"""The desk's people, for chiefs: invitations, roles, ends, who signed in and what happened."""

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import EditorExistsError, EditorRefusedError
from webapp.accounts.events import account_events
from webapp.accounts.links import invite, take_back_invitation, waiting_invitations
from webapp.accounts.second_factors import factors_of, reset_second_factors
from webapp.accounts.sign_ins import open_sign_ins, sign_out_everywhere
from webapp.accounts.team import (
    EditorMissingError,
    LastChiefError,
    change_role,
    colleagues,
    end_account,
    read_editor,
    reopen_account,
    require_second_factor,
)
from webapp.desk.access import require_reauthentication, require_role, signed_in
from webapp.desk.account.account_links import (
    is_handed_on_by_hand,
    join_address,
    mail_invitation,
    mail_reset,
    reset_address,
)
from webapp.desk.account.forms import InvitationForm, RoleForm
from webapp.desk.blueprint import desk
from webapp.desk.url_values import row_number
from webapp.installation.clock import now
from webapp.rules.submission import clean_line
from webapp.store.models import Role
from webapp.web.services import services
from webapp.wording.people import ROLE_MEANINGS

EVENTS_SHOWN = 20


@desk.get("/people")
@require_role(Role.CHIEF)
def people() -> str:
    """List all accounts, and the invitations that wait."""
    with services().database.snapshot() as session:
        return render_template(
            "desk/people/people.html",
            colleagues=colleagues(session),
            invitations=waiting_invitations(session, now()),
        )


@desk.get("/people/events")
@require_role(Role.CHIEF)
def people_events() -> str:
    """List what happened to accounts, and at their doors."""
    before = request.args.get("before", type=int)
    with services().database.snapshot() as session:
        page = account_events(session, before=None if before is None else row_number(before))
        return render_template("desk/people/events.html", page=page)


@desk.get("/people/invite")
@require_role(Role.CHIEF)
@require_reauthentication
def invitation_page() -> AnyResponse:
    """Ask who is invited, as what."""
    return _invitation_page(InvitationForm(role=Role.EDITOR.value))


@desk.post("/people/invite")
@require_role(Role.CHIEF)
@require_reauthentication
def send_invitation() -> AnyResponse:
    """Invite somebody; where nothing delivers mail, show the link this once."""
    form, chief = InvitationForm(request.form), signed_in().editor
    role = form.chosen()
    if not form.validate() or role is None:
        return _invitation_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    name, recipient = clean_line(form.name.data or ""), (form.email.data or "").strip()
    try:
        with services().database.transaction() as session:
            token = invite(session, email=recipient, name=name, role=role, by_id=chief.editor_id, now=now())
            mail_invitation(session, recipient=recipient, token=token, inviter=chief.name)
    except EditorRefusedError:
        form.email.errors = [gettext("This is not an e-mail address.")]
    except EditorExistsError:
        form.email.errors = [gettext("There is an account with this address.")]
    else:
        link = join_address(token) if is_handed_on_by_hand() else None
        return make_response(render_template("desk/people/invited.html", email=recipient, link=link))
    return _invitation_page(form, HTTPStatus.UNPROCESSABLE_ENTITY)


@desk.post("/people/invitations/<int:invitation>/take-back")
@require_role(Role.CHIEF)
def end_invitation(invitation: int) -> AnyResponse:
    """Let nobody take an invitation up any more."""
    with services().database.transaction() as session:
        take_back_invitation(session, row_number(invitation), now())
    return redirect(url_for("desk.people"), HTTPStatus.SEE_OTHER)


@desk.get("/people/<int:editor_id>")
@require_role(Role.CHIEF)
@require_reauthentication
def colleague(editor_id: int) -> AnyResponse:
    """Show one account."""
    return _colleague_page(editor_id)


@desk.post("/people/<int:editor_id>/role")
@require_role(Role.CHIEF)
@require_reauthentication
def set_role(editor_id: int) -> AnyResponse:
    """Let somebody do more from now on, or less."""
    role = RoleForm(request.form).chosen()
    if role is None:
        abort(HTTPStatus.BAD_REQUEST)
    return _change(editor_id, lambda session: change_role(session, editor_id, role, now=now(), by_id=_me()))


@desk.post("/people/<int:editor_id>/end")
@require_role(Role.CHIEF)
@require_reauthentication
def end_colleague(editor_id: int) -> AnyResponse:
    """Let somebody in no more."""
    return _change(editor_id, lambda session: end_account(session, editor_id, now=now(), by_id=_me()))


@desk.post("/people/<int:editor_id>/reopen")
@require_role(Role.CHIEF)
@require_reauthentication
def reopen_colleague(editor_id: int) -> AnyResponse:
    """Let somebody in again."""
    return _change(editor_id, lambda session: reopen_account(session, editor_id, now=now(), by_id=_me()))


@desk.post("/people/<int:editor_id>/second-factor")
@require_role(Role.CHIEF)
@require_reauthentication
def wish_second_factor(editor_id: int) -> AnyResponse:
    """Want more than a password from somebody, or no longer."""
    required = request.form.get("required") == "yes"
    return _change(
        editor_id,
        lambda session: require_second_factor(session, editor_id, required=required, now=now(), by_id=_me()),
    )


@desk.post("/people/<int:editor_id>/second-factor/reset")
@require_role(Role.CHIEF)
@require_reauthentication
def reset_colleagues_second_factor(editor_id: int) -> AnyResponse:
    """Take the second factors from somebody who has lost the device."""
    return _change(
        editor_id, lambda session: reset_second_factors(session, editor_id, by_id=_me(), now=now())
    )


@desk.post("/people/<int:editor_id>/sign-out")
@require_role(Role.CHIEF)
@require_reauthentication
def sign_colleague_out(editor_id: int) -> AnyResponse:
    """Sign somebody out everywhere."""
    return _change(editor_id, lambda session: sign_out_everywhere(session, editor_id, now(), by_id=_me()))


@desk.post("/people/<int:editor_id>/password-link")
@require_role(Role.CHIEF)
@require_reauthentication
def send_password_link(editor_id: int) -> AnyResponse:
    """Let somebody choose a new password; where nothing delivers mail, show the link this once."""
    with services().database.transaction() as session:
        try:
            editor = read_editor(session, row_number(editor_id))
        except EditorMissingError:
            abort(HTTPStatus.NOT_FOUND)
        if editor.ended_at is not None:
            abort(HTTPStatus.CONFLICT)
        token = mail_reset(session, editor, by_id=_me())
        email = editor.email
    link = reset_address(token) if is_handed_on_by_hand() else None
    return make_response(render_template("desk/people/password_link.html", email=email, link=link))


def _me() -> int:
    return signed_in().editor.editor_id


def _change(editor_id: int, change: Callable[[Session], None]) -> AnyResponse:
    """Change an account and show it; the last chief's stays a chief's."""
    try:
        with services().database.transaction() as session:
            read_editor(session, row_number(editor_id))
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
            editor = read_editor(session, row_number(editor_id))
        except EditorMissingError:
            abort(HTTPStatus.NOT_FOUND)
        page = render_template(
            "desk/people/colleague.html",
            editor=editor,
            form=RoleForm(role=editor.role.value),
            problem=problem,
            factors=factors_of(session, editor.id),
            sign_ins=open_sign_ins(session, editor.id, now()),
            events=account_events(session, editor_id=editor.id, size=EVENTS_SHOWN).rows,
            is_me=editor.id == _me(),
            role_meanings=ROLE_MEANINGS,
        )
    return make_response(page, status)


def _invitation_page(form: InvitationForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    page = render_template("desk/people/invite.html", form=form, role_meanings=ROLE_MEANINGS)
    return make_response(page, status)
