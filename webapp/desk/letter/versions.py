"""Edited versions of a letter's text: editing, comparing, and asking the writer for approval."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, StringField, TextAreaField

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.letter.page import letter_or_404, served_policy
from webapp.installation.clock import now, today_at
from webapp.letters.editing.approvals import NothingToApproveError, request_approval
from webapp.letters.editing.diff import diff_copies
from webapp.letters.editing.versions import (
    EDITABLE_STATES,
    ORIGINAL,
    Copy,
    EditedText,
    NewerCopyError,
    NotEditableError,
    TextMistake,
    TextRefusedError,
    copy_for_print,
    find_excess,
    save_copy,
    version,
    versions,
)
from webapp.letters.editing.workflow import ClaimedByOtherError, lock_letter, refuse_if_claimed
from webapp.letters.lookup import LetterMissingError
from webapp.messages.outbox import add_to_outbox
from webapp.rules.lengths import browser_patterns, measure
from webapp.rules.policy.sections.length import LengthLimits
from webapp.store.models import Editor, Letter, Role
from webapp.web.form_fields import version_field
from webapp.web.page_filters import moment
from webapp.web.returned_forms import gives_back
from webapp.web.services import services
from webapp.wording.desk.version_lengths import (
    LENGTH_CHANGE_SENTENCES,
    LENGTH_SENTENCES,
    length_sentence,
    text_mistake,
)
from webapp.wording.lengths import limits_for_browser
from webapp.wording.text_format import isolated


class CopyForm(Form):
    """The text of a new version, and the number of the version that it is based on."""

    based_on = version_field()
    headline = StringField(lazy_gettext("Headline"))
    body = TextAreaField(lazy_gettext("Text"))

    def fill(self, copy: Copy) -> None:
        """Fill in the text of a version, and its number as that on which the edit is based."""
        self.based_on.data, self.headline.data, self.body.data = copy.number, copy.headline, copy.body

    def edited_text(self) -> EditedText:
        """Return the typed text, cleaned as `save_copy` stores it."""
        return EditedText.from_typed(self.headline.data or "", self.body.data or "")


@desk.get("/letters/<reference>/edit")
@require_role(Role.EDITOR)
def edit_page(reference: str) -> AnyResponse:
    """Show the latest version in the edit form; 404 if there is no such letter.

    A letter that can't be edited is shown too, without a save button. Claims aren't checked. Readers of
    the desk may not open it.
    """
    letter = letter_or_404(reference)
    form = CopyForm()
    form.fill(copy_for_print(letter))
    return _edit_page(letter, form)


@desk.post("/letters/<reference>/edit")
@gives_back(CopyForm)
def save(reference: str) -> AnyResponse:
    """Save the typed text as a new version and redirect to the letter, or show the form again with the text.

    The form shows the reason: 422 if the text is empty, too long or unchanged; 409 if there is a newer
    version (shown beside the form), a colleague holds the claim, or the letter can't be edited in its state.
    400 without the number of a version that was edited, 404 if there is no such letter.

    Posted with ``do=look`` it saves nothing and shows the changes from the original, unless the text is too
    long.
    """
    form = CopyForm(request.form)
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    text, based_on = form.edited_text(), int(form.based_on.data or ORIGINAL)
    if excess := find_excess(text):
        return _refused_page(letter_or_404(reference), form, excess)
    if request.form.get("do") == "look":
        return _edit_page(letter_or_404(reference), form, shows_changes=True)
    try:
        with services().database.transaction() as session:
            save_copy(
                session, reference, text, based_on=based_on, by=current_desk_user().editor.actor, now=now()
            )
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except NewerCopyError:
        letter = letter_or_404(reference)
        if letter.latest_copy == ORIGINAL:
            # No page has sent that number.
            abort(HTTPStatus.BAD_REQUEST)
        # The page shows the newer version: the next save is based on that one.
        form.based_on.data, form.based_on.raw_data = letter.latest_copy, None
        return _edit_page(letter, form, HTTPStatus.CONFLICT, has_newer_version=True)
    except (ClaimedByOtherError, NotEditableError) as error:
        letter = letter_or_404(reference)
        return _edit_page(letter, form, HTTPStatus.CONFLICT, problem=_conflict_message(error, letter))
    except TextRefusedError as refused:
        return _refused_page(letter_or_404(reference), form, refused.mistake)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


@desk.get("/letters/<reference>/compare")
def compare_versions(reference: str) -> str:
    """Show the differences between two versions, by default the original and the latest.

    404 if there is no such letter or version.
    """
    letter = letter_or_404(reference)
    before = version(letter, request.args.get("before", ORIGINAL, type=int))
    after = version(letter, request.args.get("after", letter.latest_copy, type=int))
    if before is None or after is None:
        abort(HTTPStatus.NOT_FOUND)
    limits = _length_limits(letter)
    return render_template(
        "desk/copies/compare.html",
        letter=letter,
        policy=services().policy(letter.paper),
        versions=versions(letter),
        before=before,
        after=after,
        changes=diff_copies(before, after),
        length=_length_sentence(after.body, letter, limits) if limits else "",
        can_edit=letter.state in EDITABLE_STATES and current_desk_user().editor.may(Role.EDITOR),
    )


@desk.post("/letters/<reference>/ask-approval")
def ask_writer(reference: str) -> AnyResponse:
    """Ask the writer to approve the latest version, also by e-mail if there is an address.

    The request stands on the writer's own page and ends the letter's open one; the mail goes to the outbox.
    It redirects to the letter.

    409 with an error page if ``copy_number``, the version on the editor's page, is the original or no longer
    the latest, a colleague holds the claim, or the letter can't be edited in its state; with the
    letter's page if its paper is no longer served. 400 without that number, 404 if there is no such letter.
    """
    number = request.form.get("copy_number", type=int)
    if number is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with services().database.transaction() as session:
            _request_approval(session, reference, number, now())
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ClaimedByOtherError, NewerCopyError, NotEditableError, NothingToApproveError) as error:
        advice = gettext("Nothing was sent to the writer. Please look at the letter again.")
        title = _conflict_message(error, letter_or_404(reference))
        return make_response(render_template("error.html", title=title, advice=advice), HTTPStatus.CONFLICT)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _request_approval(session: Session, reference: str, number: int, asked_at: datetime) -> None:
    """Record the request and add its message to the outbox, in the caller's transaction."""
    letter = lock_letter(session, reference)
    policy, by = served_policy(letter), current_desk_user().editor.actor
    refuse_if_claimed(letter, by, asked_at)
    if letter.state not in EDITABLE_STATES:
        raise NotEditableError
    if letter.latest_copy != number:
        raise NewerCopyError
    deadline = asked_at + timedelta(hours=policy.approval_hours)
    event = request_approval(session, letter, number, editor_id=by.editor_id, deadline=deadline, now=asked_at)
    session.refresh(letter, ["particulars"])
    message = services().correspondence.approval(letter, policy, deadline)
    if message:
        delay = policy.message_delay(message.kind)
        add_to_outbox(session, message, letter_id=letter.id, now=asked_at, delay=delay, cause_id=event.id)


def _conflict_message(error: Exception, letter: Letter) -> str:
    """Return the sentence that says why nothing was saved or sent."""
    if isinstance(error, ClaimedByOtherError):
        with services().database.snapshot() as session:
            holder = session.get_one(Editor, error.editor_id).distinct_name
        until = moment(error.until, services().policy(letter.paper)).striptags()
        sentence = gettext(
            "%(name)s has claimed the letter until %(until)s.", name=isolated(holder), until=until
        )
    elif isinstance(error, NotEditableError):
        sentence = gettext(
            "The letter has been published, declined or withdrawn, so it can no longer be edited."
        )
    elif isinstance(error, NewerCopyError):
        sentence = gettext("There is a newer version of this letter.")
    else:
        sentence = gettext("This letter has not been edited.")
    return str(sentence)


def _refused_page(letter: Letter, form: CopyForm, mistake: TextMistake) -> AnyResponse:
    is_headline = mistake is TextMistake.HEADLINE_TOO_LONG
    (form.headline if is_headline else form.body).errors = [text_mistake(mistake)]
    return _edit_page(letter, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _length_limits(letter: Letter) -> LengthLimits | None:
    policy = services().policy(letter.paper)
    return policy.length_limits(letter.category, today_at(policy.paper.time_zone)) if policy else None


def _length_sentence(body: str, letter: Letter, limits: LengthLimits) -> str:
    return length_sentence(measure(body, limits).actual, limits, measure(letter.body, limits).actual)


def _edit_page(
    letter: Letter,
    form: CopyForm,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    shows_changes: bool = False,
    has_newer_version: bool = False,
    problem: str = "",
) -> AnyResponse:
    """Return the edit page.

    Args:
        letter: The letter with its versions.
        form: The typed text.
        status: The response status.
        shows_changes: Whether to show the differences between the original and the typed text.
        has_newer_version: Whether a colleague has saved a newer version, which is shown beside the form; the
            differences shown are those from that version.
        problem: Why nothing was saved, if the reason lies outside the text.
    """
    latest, typed, limits = copy_for_print(letter), form.edited_text(), _length_limits(letter)
    compared_with = latest if has_newer_version else letter
    changes = diff_copies(compared_with, typed) if shows_changes or has_newer_version else None
    page = render_template(
        "desk/copies/edit.html",
        letter=letter,
        policy=services().policy(letter.paper),
        form=form,
        latest=latest,
        changes=changes,
        has_newer_version=has_newer_version,
        is_fresh=request.method == "GET",
        problem=problem,
        can_save=letter.state in EDITABLE_STATES,
        length=_length_sentence(typed.body, letter, limits) if limits else "",
        is_over=bool(limits and limits.is_too_long(measure(typed.body, limits).actual)),
        limits_shown=limits_for_browser(limits) if limits else {},
        original_length=measure(letter.body, limits).actual if limits else 0,
        lengths=LENGTH_SENTENCES,
        length_changes=LENGTH_CHANGE_SENTENCES,
        patterns=browser_patterns({limits.unit} if limits else set()),
    )
    return make_response(page, status)
