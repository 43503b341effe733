"""The versions of a letter's text: editing, comparing, and asking the writer."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from webapp.desk.access import require_role, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.page import letter_shown, policy_of
from webapp.installation.clock import now, today_at
from webapp.letters.editing.approvals import NothingToApproveError, ask_for_approval
from webapp.letters.editing.copies import (
    EDITABLE,
    ORIGINAL,
    Copy,
    EditedText,
    NewerCopyError,
    NotEditableError,
    TextMistake,
    TextRefusedError,
    copy_for_print,
    save_copy,
    version,
    versions,
)
from webapp.letters.editing.diff import difference
from webapp.letters.editing.workflow import ClaimedByOtherError, lock_letter, refuse_if_claimed
from webapp.letters.lookup import LetterMissingError
from webapp.messages.outbox import add_to_outbox
from webapp.rules.policy.sections import WordLimits
from webapp.rules.words import LONGEST_MARK_RUN, browser_word_patterns, count_words
from webapp.store.models import Editor, Letter, Role
from webapp.web.page_filters import moment
from webapp.web.services import services
from webapp.wording.copies import CHANGES, LENGTHS, length_sentence, text_mistake


class CopyForm(Form):
    """A version as it is being edited, and the number of the one that it was made from."""

    based_on = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    headline = StringField(lazy_gettext("Headline"))
    body = TextAreaField(lazy_gettext("Text"))

    def show(self, copy: Copy) -> None:
        """Fill in a version to be edited."""
        self.based_on.data, self.headline.data, self.body.data = copy.number, copy.headline, copy.body

    def as_typed(self) -> EditedText:
        """Return what was typed, as it would be kept."""
        return EditedText.from_typed(self.headline.data or "", self.body.data or "")


@desk.get("/letters/<reference>/edit")
@require_role(Role.EDITOR)
def edit_page(reference: str) -> AnyResponse:
    """Show the latest version to be edited."""
    letter = letter_shown(reference)
    form = CopyForm()
    form.show(copy_for_print(letter))
    return _edit_page(letter, form)


@desk.post("/letters/<reference>/edit")
def save(reference: str) -> AnyResponse:
    """Put what was typed on top as a new version, or give it back with what is in the way."""
    form = CopyForm(request.form)
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    if request.form.get("do") == "look":
        return _edit_page(letter_shown(reference), form, looks=True)
    text, based_on = form.as_typed(), int(form.based_on.data or ORIGINAL)
    try:
        with services().database.transaction() as session:
            save_copy(session, reference, text, based_on=based_on, by=signed_in().editor.actor, now=now())
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except NewerCopyError:
        letter = letter_shown(reference)
        # Saved once more, it goes on top of the version that is shown beside it now.
        form.based_on.data, form.based_on.raw_data = letter.latest_copy, None
        return _edit_page(letter, form, HTTPStatus.CONFLICT, is_overtaken=True)
    except (ClaimedByOtherError, NotEditableError) as error:
        letter = letter_shown(reference)
        return _edit_page(letter, form, HTTPStatus.CONFLICT, trouble=_trouble(error, letter))
    except TextRefusedError as refused:
        is_headline = refused.mistake is TextMistake.HEADLINE_TOO_LONG
        (form.headline if is_headline else form.body).errors = [text_mistake(refused.mistake)]
        return _edit_page(letter_shown(reference), form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


@desk.get("/letters/<reference>/compare")
def compare_versions(reference: str) -> str:
    """Show what differs between two versions, the original and the latest unless others are asked for."""
    letter = letter_shown(reference)
    before = version(letter, request.args.get("before", ORIGINAL, type=int))
    after = version(letter, request.args.get("after", letter.latest_copy, type=int))
    if before is None or after is None:
        abort(HTTPStatus.NOT_FOUND)
    limits = _limits(letter)
    return render_template(
        "desk/copies/compare.html",
        letter=letter,
        policy=services().policy(letter.paper),
        versions=versions(letter),
        before=before,
        after=after,
        changes=difference(before, after),
        length=length_sentence(after.word_count, limits, letter.word_count) if limits else "",
        can_edit=letter.state in EDITABLE and signed_in().editor.may(Role.EDITOR),
    )


@desk.post("/letters/<reference>/ask-approval")
def ask_writer(reference: str) -> AnyResponse:
    """Put the latest version before its writer, and write to them where there is an address."""
    number = request.form.get("copy_number", type=int)
    if number is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        with services().database.transaction() as session:
            _ask(session, reference, number, now())
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    except (ClaimedByOtherError, NewerCopyError, NotEditableError, NothingToApproveError) as error:
        advice = gettext("Nothing was sent to the writer. Please look at the letter again.")
        title = _trouble(error, letter_shown(reference))
        return make_response(render_template("error.html", title=title, advice=advice), HTTPStatus.CONFLICT)
    return redirect(url_for("desk.letter", reference=reference), HTTPStatus.SEE_OTHER)


def _ask(session: Session, reference: str, number: int, asked_at: datetime) -> None:
    letter = lock_letter(session, reference)
    policy, by = policy_of(letter), signed_in().editor.actor
    refuse_if_claimed(letter, by, asked_at)
    if letter.state not in EDITABLE:
        raise NotEditableError
    if letter.latest_copy != number:
        raise NewerCopyError
    deadline = asked_at + timedelta(hours=policy.approval_hours)
    event = ask_for_approval(session, letter, number, editor_id=by.editor_id, deadline=deadline, now=asked_at)
    session.refresh(letter, ["particulars"])
    message = services().correspondence.approval(letter, policy, deadline)
    if message:
        delay = policy.message_delay(message.kind)
        add_to_outbox(session, message, letter_id=letter.id, now=asked_at, delay=delay, cause_id=event.id)


def _trouble(error: Exception, letter: Letter) -> str:
    """Say why nothing was done."""
    if isinstance(error, ClaimedByOtherError):
        with services().database.snapshot() as session:
            holder = session.get_one(Editor, error.editor_id).name
        until = moment(error.until, services().policy(letter.paper)).striptags()
        said = gettext("%(name)s has claimed the letter until %(until)s.", name=holder, until=until)
    elif isinstance(error, NotEditableError):
        said = gettext("The letter has been published, declined or withdrawn, so it can no longer be edited.")
    elif isinstance(error, NewerCopyError):
        said = gettext("There is a newer version of this letter.")
    else:
        said = gettext("This letter has not been edited.")
    return str(said)


def _limits(letter: Letter) -> WordLimits | None:
    policy = services().policy(letter.paper)
    return policy.word_limits(letter.category, today_at(policy.paper.time_zone)) if policy else None


def _edit_page(
    letter: Letter,
    form: CopyForm,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    looks: bool = False,
    is_overtaken: bool = False,
    trouble: str = "",
) -> AnyResponse:
    """Show a version being edited.

    Args:
        letter: The letter as it stands.
        form: What was typed.
        status: The answer's status.
        looks: Whether to show what differs from the original so far.
        is_overtaken: Whether a colleague has saved a version meanwhile, to be shown beside.
        trouble: Why nothing was saved, where that is not for the text's sake.
    """
    latest, typed, limits = copy_for_print(letter), form.as_typed(), _limits(letter)
    words = count_words(typed.body)
    page = render_template(
        "desk/copies/edit.html",
        letter=letter,
        policy=services().policy(letter.paper),
        form=form,
        latest=latest,
        changes=difference(latest if is_overtaken else letter, typed) if looks or is_overtaken else None,
        is_overtaken=is_overtaken,
        is_fresh=request.method == "GET",
        trouble=trouble,
        can_save=letter.state in EDITABLE,
        length=length_sentence(words, limits, letter.word_count) if limits else "",
        is_over=bool(limits and words > limits.maximum),
        limits=limits,
        lengths=LENGTHS,
        length_changes=CHANGES,
        patterns=browser_word_patterns(),
        longest_mark_run=LONGEST_MARK_RUN,
    )
    return make_response(page, status)
