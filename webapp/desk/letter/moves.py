"""Decisions on one letter."""

from http import HTTPStatus

from flask import abort, redirect, request, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.move_form import MoveForm
from webapp.desk.letter.page import letter_page, policy_of
from webapp.installation.clock import now
from webapp.letters.editing.decisions import decide
from webapp.letters.editing.undo import NothingToUndoError, undo_move
from webapp.letters.editing.workflow import (
    ChangedMeanwhileError,
    ClaimedByOtherError,
    IllegalMoveError,
    Move,
    NoIssueError,
    NotVerifiedError,
    PrintDayMissingError,
    ReasonMissingError,
    lock_letter,
)
from webapp.letters.lookup import LetterMissingError
from webapp.rules.states import State
from webapp.web.services import services


@desk.post("/letters/<reference>/move")
def move(reference: str) -> AnyResponse:
    """Carry out a decision; where the letter changed meanwhile, show it afresh and keep what was typed."""
    form = MoveForm(request.form)
    if not form.validate():
        return letter_page(reference, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    decision = form.move()
    if decision is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with services().database.transaction() as session:
            letter = lock_letter(session, reference, with_particulars=True)
            decide(
                session,
                letter,
                decision,
                policy_of(letter),
                writes=services().correspondence,
                notice=form.notice(),
                by=signed_in().editor.actor,
                now=now(),
            )
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ChangedMeanwhileError, IllegalMoveError, ClaimedByOtherError):
        return letter_page(reference, form, HTTPStatus.CONFLICT, attempted=decision.to_state)
    except (ReasonMissingError, PrintDayMissingError, NoIssueError, NotVerifiedError) as refusal:
        _note_refusal(form, decision, refusal)
        return letter_page(reference, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


@desk.post("/letters/<reference>/undo")
def undo(reference: str) -> AnyResponse:
    """Take the letter's last move back."""
    form = MoveForm(request.form)
    if form.version.data is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with services().database.transaction() as session:
            letter = lock_letter(session, reference, with_particulars=True)
            undo_move(session, letter, form.version.data, by=signed_in().editor.actor, now=now())
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ChangedMeanwhileError, ClaimedByOtherError, NothingToUndoError):
        return letter_page(reference, form, HTTPStatus.CONFLICT)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _note_refusal(form: MoveForm, decision: Move, refusal: Exception) -> None:
    """Say at its field what a decision lacks."""
    if isinstance(refusal, PrintDayMissingError):
        form.print_on.errors = [gettext("Choose the issue in which the letter is to be published.")]
    elif isinstance(refusal, NoIssueError):
        weekday = format_date(refusal.day, "EEEE")
        form.print_on.errors = [gettext("The paper is not published on a %(weekday)s.", weekday=weekday)]
    elif isinstance(refusal, NotVerifiedError):
        form.override.errors = [gettext("The writer has not been verified as the paper requires.")]
    elif decision.to_state is State.DECLINED:
        form.reason.errors = [gettext("Choose why the letter is declined.")]
    else:
        form.note.errors = [gettext("Say why the letter may be published unverified.")]
