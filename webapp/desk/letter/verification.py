"""Verification of a letter: showing the writer's particulars, and recording calls to the writer."""

from http import HTTPStatus

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import CallForm
from webapp.desk.letter.page import CardForms, letter_page, letter_transaction, redirect_to_letter
from webapp.installation.clock import now
from webapp.letters.editing.verification import (
    Call,
    CallNoteMissingError,
    record_call,
    record_particulars_view,
)
from webapp.letters.editing.workflow import ClaimedByOtherError
from webapp.store.models import CallOutcome, Role
from webapp.web.returned_forms import gives_back


@desk.post("/letters/<reference>/particulars")
@require_role(Role.EDITOR)
def show_particulars(reference: str) -> AnyResponse:
    """Show the page once with the writer's particulars; 404 if there is no such letter.

    The history records it, also where the particulars have been purged.
    """
    with letter_transaction() as session:
        record_particulars_view(session, reference, by=current_desk_user().editor.actor, now=now())
    return letter_page(reference, particulars_shown=True)


@desk.post("/letters/<reference>/calls")
@gives_back(CallForm)
def note_call_to_writer(reference: str) -> AnyResponse:
    """Record the outcome of a call to the writer, and set or revoke the letter's confirmation by phone.

    It redirects to the letter. The letter's page with what was typed is shown with 422 if the note is too
    long, or missing where the writer wants a change, and with 409 if a colleague holds the claim. 400 for an
    unknown outcome, 404 if there is no such letter.
    """
    form = CallForm(request.form)
    forms = CardForms(call=form)
    outcome = form.outcome.data
    if not isinstance(outcome, CallOutcome):
        abort(HTTPStatus.BAD_REQUEST)
    if not form.validate():
        return letter_page(reference, status=HTTPStatus.UNPROCESSABLE_ENTITY, card_forms=forms)
    call = Call(outcome=outcome, note=form.note.data or "")
    try:
        with letter_transaction() as session:
            record_call(session, reference, call, by=current_desk_user().editor.actor, now=now())
    except CallNoteMissingError:
        form.note.errors = [gettext("Say what the writer wants changed.")]
        return letter_page(reference, status=HTTPStatus.UNPROCESSABLE_ENTITY, card_forms=forms)
    except ClaimedByOtherError:
        return letter_page(reference, status=HTTPStatus.CONFLICT, card_forms=forms)
    return redirect_to_letter(reference, "card-title")
