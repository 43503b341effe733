"""The pages that editors work on."""

from datetime import timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session as cookie,
    url_for,
)
from flask_babel import gettext
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now
from webapp.desk.access import DeskUser, guard, open_to_strangers, signed_in
from webapp.desk.forms import MoveForm, SignInForm
from webapp.desk.queue_address import QueueAddress
from webapp.letters.editors import SignInRefusedError, sign_in, sign_out, signed_in_editor
from webapp.letters.queue import counts_by_state, queue_page
from webapp.letters.record import LetterMissingError, letter_for_desk
from webapp.letters.states import LEGAL_MOVES, State
from webapp.letters.workflow import ChangedMeanwhileError, IllegalMoveError, ReasonMissingError, move_letter
from webapp.services import services

desk = Blueprint("desk", __name__, url_prefix="/desk")
guard(desk)

OVERDUE = timedelta(days=7)
"""A letter that waits longer has lost its news."""


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
def end_sign_in() -> AnyResponse:
    """Let an editor go."""
    with services().database.writing() as session:
        sign_out(session, signed_in().token, now())
    logout_user()
    cookie.clear()
    return redirect(url_for("desk.sign_in_page"), HTTPStatus.SEE_OTHER)


@desk.get("/")
def queue() -> str:
    """List the letters that wait, oldest first."""
    address = QueueAddress.of_request(request.args)
    with services().database.reading() as session:
        page = queue_page(session, address.wanted, after=address.after)
        counts = counts_by_state(session, address.wanted.paper)
    return render_template(
        "desk/queue.html",
        page=page,
        counts=counts,
        address=address,
        policies=services().settings.policies,
        now=now(),
        overdue=now() - OVERDUE,
        titles={policy.paper.slug: policy.paper.title for policy in services().settings.policies},
    )


@desk.get("/letters/<reference>")
def letter(reference: str) -> AnyResponse:
    """Show one letter with all that the desk knows of it."""
    return _letter_page(reference, MoveForm())


@desk.post("/letters/<reference>/move")
def move(reference: str) -> AnyResponse:
    """Carry out a decision; where the letter changed meanwhile, show it afresh and keep what was typed."""
    form = MoveForm(request.form)
    if not form.validate():
        return _letter_page(reference, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    decision = form.move()
    if decision is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with services().database.writing() as session:
            move_letter(session, reference, decision, editor_id=signed_in().editor.editor_id, now=now())
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ChangedMeanwhileError, IllegalMoveError):
        return _letter_page(reference, form, HTTPStatus.CONFLICT, attempted=decision.to_state)
    except ReasonMissingError:
        form.reason.errors = [gettext("Choose why the letter is declined.")]
        return _letter_page(reference, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _letter_page(
    reference: str,
    form: MoveForm,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    attempted: State | None = None,
) -> AnyResponse:
    try:
        with services().database.reading() as session:
            found = letter_for_desk(session, reference)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    # What is decided from here on is decided on the letter as it is shown.
    form.version.data = found.version
    form.version.raw_data = None
    page = render_template(
        "desk/letter.html",
        letter=found,
        policy=services().policy(found.paper),
        form=form,
        moves=LEGAL_MOVES[found.state],
        attempted=attempted,
        now=now(),
    )
    return make_response(page, status)


def _next_page() -> str:
    """Return where the sign-in leads: a page of the desk, and never anything else."""
    wanted = request.args.get("next", "")
    front = url_for("desk.queue")
    is_ours = wanted.startswith(front) and "\\" not in wanted and ".." not in wanted
    # A line end would end the header that the address goes out in.
    return wanted if is_ours and wanted.isprintable() else front
