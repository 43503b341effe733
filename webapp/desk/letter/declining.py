"""The decline page of a letter: reason, message to the writer with preview, and the decision."""

from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.letter.move_form import MoveForm
from webapp.desk.letter.page import letter_or_404, letter_page, served_policy
from webapp.installation.clock import now
from webapp.letters.editing.decisions import decide
from webapp.letters.editing.workflow import (
    ChangedMeanwhileError,
    ClaimedByOtherError,
    IllegalMoveError,
    Move,
    lock_letter,
)
from webapp.letters.lookup import LetterMissingError
from webapp.rules.enums import DeclineReason, State
from webapp.rules.policy import Policy
from webapp.store.models import Letter, Role
from webapp.web.returned_forms import gives_back
from webapp.web.services import services


class DeclineForm(MoveForm):
    """The form of the decline page: its two hidden texts keep an editor's own message from being lost."""

    drafted = HiddenField()
    """The standard text that was last filled in: a message that differs from it is the editor's own."""
    earlier = HiddenField()
    """The editor's own text that a standard text has replaced; it can be restored."""

    @property
    def chosen_reason(self) -> DeclineReason | None:
        """The selected reason; ``None`` if none is selected or the value is unknown."""
        return next((reason for reason in DeclineReason if reason.value == self.reason.data), None)

    @property
    def has_own_text(self) -> bool:
        """Whether an editor has changed the standard text or written another one."""
        typed, drafted = (_normalise(field.data) for field in (self.message, self.drafted))
        return bool(typed) and typed != drafted

    def fill_in(self, standard_text: str) -> None:
        """Replace the message by the standard text; the editor's own text, if any, moves to ``earlier``."""
        if self.has_own_text:
            self.earlier.data = self.message.data
        self.message.data = self.drafted.data = standard_text

    def restore_earlier(self) -> None:
        """Replace the message by the text in ``earlier``, even if that is empty, and empty ``earlier``."""
        self.message.data, self.earlier.data = self.earlier.data, ""


@desk.get("/letters/<reference>/decline")
@require_role(Role.EDITOR)
def decline_page(reference: str) -> AnyResponse:
    """Show the page with the standard text for the reason in the query string; nothing is decided.

    Without a known reason the message is empty. Whether the letter can be declined isn't checked. 404 if
    there is no such letter, 409 with the letter's page if its paper is no longer served.
    """
    form = DeclineForm(request.args)
    letter = letter_or_404(reference)
    form.version.data = letter.version
    form.tell.data = "message" if served_policy(letter).declining.tell_writer else "silence"
    form.earlier.data = ""
    form.message.data = form.drafted.data = _standard_text(letter, form)
    return _page(letter, form)


@desk.post("/letters/<reference>/decline")
@gives_back(DeclineForm)
def decline(reference: str) -> AnyResponse:
    """Decline the letter, queue the message to its writer if that is chosen, and redirect to the letter.

    The decision also ends the claim and the open approval request. Other values of the field ``do`` decide
    nothing and show the page again: ``words`` and ``take`` fill in the standard text (``words`` only where
    the editor has no own text), ``earlier`` restores the own text, ``preview`` shows the message.

    422 shows the page again with the errors. 409 shows the letter's page with what was typed, if the letter
    was changed or claimed meanwhile, or can't be declined in its state. 404 if there is no such letter, 409
    with the letter's page also if its paper is no longer served.
    """
    form = DeclineForm(request.form)
    letter = letter_or_404(reference)
    action = request.form.get("do", "decline")
    if action == "words":
        if not form.has_own_text:
            form.fill_in(_standard_text(letter, form))
        return _page(letter, form)
    if action == "take":
        form.fill_in(_standard_text(letter, form))
        return _page(letter, form)
    if action == "earlier":
        form.restore_earlier()
        return _page(letter, form)
    reason = form.chosen_reason
    is_valid = form.validate()
    if reason is None:
        form.reason.errors = [gettext("Choose why the letter is declined.")]
    if not is_valid or reason is None or form.version.data is None:
        return _page(letter, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if action == "preview":
        return _page(letter, form)
    move = Move(
        to_state=State.DECLINED,
        version=form.version.data,
        reason=reason,
        note=(form.note.data or "").strip(),
    )
    return _decline(reference, form, move, served_policy(letter))


def _decline(reference: str, form: DeclineForm, move: Move, policy: Policy) -> AnyResponse:
    try:
        with services().database.transaction() as session:
            decide(
                session,
                lock_letter(session, reference, with_particulars=True),
                move,
                policy,
                writes=services().correspondence,
                notice=form.notice(),
                by=current_desk_user().editor.actor,
                now=now(),
            )
    except LetterMissingError:
        # It was deleted since `letter_or_404` has read it.
        abort(HTTPStatus.NOT_FOUND)
    except (ChangedMeanwhileError, IllegalMoveError, ClaimedByOtherError):
        return letter_page(reference, form, HTTPStatus.CONFLICT, attempted_state=State.DECLINED)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _standard_text(letter: Letter, form: DeclineForm) -> str:
    """Return the paper's text for the selected reason; empty without a reason."""
    reason = form.chosen_reason
    if reason is None:
        return ""
    return services().correspondence.decision_draft(letter, served_policy(letter), reason)


def _page(letter: Letter, form: DeclineForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    policy = served_policy(letter)
    text = form.notice().text
    message = services().correspondence.decision(letter, policy, text) if text else None
    standard_text = _standard_text(letter, form)
    is_replaceable = form.has_own_text and _normalise(standard_text) != _normalise(form.message.data)
    page = render_template(
        "desk/decline.html",
        letter=letter,
        policy=policy,
        form=form,
        message=message,
        standard_text=standard_text if is_replaceable else "",
        minutes=int(policy.message_delay(message.kind).total_seconds() // 60) if message else 0,
    )
    return make_response(page, status)


def _normalise(text: str | None) -> str:
    """Return a text as it is compared: with LF line ends (browsers post CRLF), without space around it."""
    return (text or "").replace("\r\n", "\n").strip()
