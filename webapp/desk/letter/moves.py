"""Decisions on one letter: moving it to another state, and undoing the last move."""

from http import HTTPStatus

from flask import abort, redirect, request, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user
from webapp.desk.blueprint import desk
from webapp.desk.letter.move_form import MoveForm
from webapp.desk.letter.page import letter_page
from webapp.installation.clock import now
from webapp.letters.editing.decisions import decide
from webapp.letters.editing.undo import NothingToUndoError, undo_move
from webapp.letters.editing.workflow import (
    ChangedMeanwhileError,
    ClaimedByOtherError,
    FarIssueError,
    IllegalMoveError,
    Move,
    NoIssueError,
    NotVerifiedError,
    PastIssueError,
    PrintDayMissingError,
    ReasonMissingError,
    lock_letter,
)
from webapp.letters.lookup import LetterMissingError
from webapp.rules.enums import State
from webapp.web.returned_forms import gives_back
from webapp.web.services import services
from webapp.wording.locale_formats import long_date


@desk.post("/letters/<reference>/move")
@gives_back(MoveForm)
def move(reference: str) -> AnyResponse:
    """Move the letter to another state, and redirect to it.

    Declining also queues the message to the writer, if the form or else the policy says so; publishing and
    declining end the claim and the open approval request.

    409 if the letter was changed or claimed meanwhile or can't be moved there, 422 if the decision lacks
    something: both show the letter as it is now, with what was typed. 400 for an unknown state, 404 if there
    is no such letter, 409 with the letter if its paper is no longer served, unless it is declined silently.
    """
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
                services().policy(letter.paper),
                writes=services().correspondence,
                notice=form.notice(),
                by=current_desk_user().editor.actor,
                now=now(),
            )
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ChangedMeanwhileError, IllegalMoveError, ClaimedByOtherError):
        return letter_page(reference, form, HTTPStatus.CONFLICT, attempted_state=decision.to_state)
    except (
        ReasonMissingError,
        PrintDayMissingError,
        PastIssueError,
        NoIssueError,
        FarIssueError,
        NotVerifiedError,
    ) as error:
        _add_error(form, decision, error)
        return letter_page(reference, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


@desk.post("/letters/<reference>/undo")
def undo(reference: str) -> AnyResponse:
    """Undo the letter's last move, cancel its message if that wasn't sent yet, and redirect to the letter.

    409 with the letter's page if it was changed or claimed meanwhile, or has no move that can be undone. 400
    without a version, 404 if there is no such letter.
    """
    form = MoveForm(request.form)
    if form.version.data is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with services().database.transaction() as session:
            letter = lock_letter(session, reference, with_particulars=True)
            undo_move(session, letter, form.version.data, by=current_desk_user().editor.actor, now=now())
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ChangedMeanwhileError, ClaimedByOtherError, NothingToUndoError):
        return letter_page(reference, form, HTTPStatus.CONFLICT)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _add_error(form: MoveForm, decision: Move, error: Exception) -> None:
    """Add the error's sentence to the form field that it is about."""
    if isinstance(error, PrintDayMissingError):
        form.print_on.errors = [gettext("Choose the issue in which the letter is to be published.")]
    elif isinstance(error, FarIssueError):
        form.question_far_issue(error)
    elif isinstance(error, PastIssueError):
        form.print_on.errors = [
            gettext("%(day)s is over. Choose an issue from today on.", day=long_date(error.day))
        ]
    elif isinstance(error, NoIssueError):
        weekday = format_date(error.day, "EEEE")
        form.print_on.errors = [gettext("The paper is not published on a %(weekday)s.", weekday=weekday)]
    elif isinstance(error, NotVerifiedError):
        form.override.errors = [gettext("The writer has not been verified as the paper requires.")]
    elif decision.to_state is State.DECLINED:
        form.reason.errors = [gettext("Choose why the letter is declined.")]
    else:
        form.note.errors = [gettext("Say why the letter may be published unverified.")]
