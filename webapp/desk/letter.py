"""One letter with all that the desk knows of it."""

from http import HTTPStatus

from flask import abort, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now, today_at
from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.forms import MoveForm
from webapp.letters.models import Letter
from webapp.letters.record import LetterMissingError, letter_for_desk
from webapp.letters.states import LEGAL_MOVES, State
from webapp.letters.workflow import move_to_undo, proofs_done
from webapp.rules.policy import Policy
from webapp.services import services


@desk.get("/letters/<reference>")
def letter(reference: str) -> AnyResponse:
    """Show one letter with all that the desk knows of it."""
    return letter_page(reference, MoveForm())


def letter_shown(reference: str) -> Letter:
    """Return a letter as the desk shows it; where there is none, the page is not found."""
    try:
        with services().database.reading() as session:
            return letter_for_desk(session, reference)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)


def policy_of(letter: Letter) -> Policy:
    """Return the rules of the letter's paper; a letter whose paper is served no more is only read."""
    policy = services().policy(letter.paper)
    if policy is None:
        abort(HTTPStatus.CONFLICT)
    return policy


def letter_page(
    reference: str,
    form: MoveForm,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    attempted: State | None = None,
) -> AnyResponse:
    """Show the letter.

    Args:
        reference: Which.
        form: What was typed beside a decision, with the sentences of what has to be mended.
        status: The answer's status.
        attempted: The state that it was to be brought to, where it had changed meanwhile.
    """
    found = letter_shown(reference)
    # What is decided from here on is decided on the letter as it is shown.
    form.version.data = found.version
    form.version.raw_data = None
    policy = services().policy(found.paper)
    if policy and not form.tell.data:
        form.tell.data = "message" if policy.declining.tells else "silence"
    if policy and not form.print_on.data:
        form.print_on.data = policy.paper.next_issue(today_at(policy.paper.time_zone))
    page = render_template(
        "desk/letter.html",
        letter=found,
        policy=policy,
        lacking=policy.proofs_lacking(proofs_done(found)) if policy else frozenset(),
        editor=signed_in().editor,
        form=form,
        moves=LEGAL_MOVES[found.state],
        undoable=move_to_undo(found),
        attempted=attempted,
        now=now(),
    )
    return make_response(page, status)
