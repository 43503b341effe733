"""Declining with a look at what the writer is told."""

from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField

from webapp.desk.access import require_role, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.move_form import MoveForm
from webapp.desk.letter.page import letter_page, letter_shown, policy_of
from webapp.installation.clock import now
from webapp.letters.editing.decisions import decide
from webapp.letters.editing.workflow import (
    ChangedMeanwhileError,
    ClaimedByOtherError,
    IllegalMoveError,
    Move,
    lock_letter,
)
from webapp.rules.policy import Policy
from webapp.rules.states import DeclineReason, State
from webapp.store.models import Letter, Role
from webapp.web.services import services


class DeclineForm(MoveForm):
    """A reason, the words for it, and what was typed before other words were put in its place."""

    drafted = HiddenField()
    """The text as the paper has it, by which one tells whether anybody typed into it."""
    earlier = HiddenField()

    @property
    def chosen_reason(self) -> DeclineReason | None:
        """The reason, if one is chosen."""
        return next((reason for reason in DeclineReason if reason.value == self.reason.data), None)

    @property
    def is_typed(self) -> bool:
        """Whether somebody has made the text their own."""
        typed, drafted = (_lines(field.data) for field in (self.message, self.drafted))
        return bool(typed) and typed != drafted

    def put_in(self, text: str) -> None:
        """Put the paper's words in, and keep what was typed."""
        if self.is_typed:
            self.earlier.data = self.message.data
        self.message.data = self.drafted.data = text

    def put_back(self) -> None:
        """Put back what was typed before."""
        self.message.data, self.earlier.data = self.earlier.data, ""


@desk.get("/letters/<reference>/decline")
@require_role(Role.EDITOR)
def decline_page(reference: str) -> AnyResponse:
    """Show what the writer would be told for a reason."""
    form = DeclineForm(request.args)
    letter = letter_shown(reference)
    form.version.data = letter.version
    form.tell.data = "message" if policy_of(letter).declining.tells else "silence"
    form.earlier.data = ""
    form.message.data = form.drafted.data = _draft(letter, form)
    return _page(letter, form)


@desk.post("/letters/<reference>/decline")
def decline(reference: str) -> AnyResponse:
    """Decline, or show the message again in other words."""
    form = DeclineForm(request.form)
    letter = letter_shown(reference)
    wish = request.form.get("do", "decline")
    if wish == "words":
        return _page(letter, _in_other_words(letter, form))
    if wish == "take":
        form.put_in(_draft(letter, form))
        return _page(letter, form)
    if wish == "earlier":
        form.put_back()
        return _page(letter, form)
    reason = form.chosen_reason
    is_valid = form.validate()
    if reason is None:
        form.reason.errors = [gettext("Choose why the letter is declined.")]
    if not is_valid or reason is None or form.version.data is None:
        return _page(letter, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if wish == "preview":
        return _page(letter, form)
    move = Move(
        to_state=State.DECLINED,
        version=form.version.data,
        reason=reason,
        note=(form.note.data or "").strip(),
    )
    return _carry_out(reference, form, move, policy_of(letter))


def _carry_out(reference: str, form: DeclineForm, move: Move, policy: Policy) -> AnyResponse:
    try:
        with services().database.transaction() as session:
            decide(
                session,
                lock_letter(session, reference, with_particulars=True),
                move,
                policy,
                writes=services().correspondence,
                notice=form.notice(),
                by=signed_in().editor.actor,
                now=now(),
            )
    except (ChangedMeanwhileError, IllegalMoveError, ClaimedByOtherError):
        return letter_page(reference, form, HTTPStatus.CONFLICT, attempted=State.DECLINED)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _in_other_words(letter: Letter, form: DeclineForm) -> DeclineForm:
    """Put in the words for the reason that is chosen now, unless somebody has typed their own."""
    if not form.is_typed:
        form.put_in(_draft(letter, form))
    return form


def _draft(letter: Letter, form: DeclineForm) -> str:
    reason = form.chosen_reason
    if reason is None:
        return ""
    return services().correspondence.decision_draft(letter, policy_of(letter), reason)


def _page(letter: Letter, form: DeclineForm, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    policy = policy_of(letter)
    text = form.notice().text
    message = services().correspondence.decision(letter, policy, text) if text else None
    paper_words = _draft(letter, form)
    page = render_template(
        "desk/decline.html",
        letter=letter,
        policy=policy,
        form=form,
        message=message,
        paper_words=paper_words if form.is_typed and _lines(paper_words) != _lines(form.message.data) else "",
        minutes=int(policy.message_delay(message.kind).total_seconds() // 60) if message else 0,
    )
    return make_response(page, status)


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()
