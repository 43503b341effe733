"""Bulk decisions: pages that preview, make and undo one decision on all letters selected in the queue.

Also here: two template globals, and the last bulk action, which the session cookie keeps. A request with more
than `MAX_BULK_LETTERS` letters is answered with 413; malformed and repeated ones are ignored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any, TypedDict, cast

from flask import abort, make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user, require_role
from webapp.desk.blueprint import desk
from webapp.desk.letter.move_form import MoveForm
from webapp.installation.clock import now, today_at
from webapp.letters.editing.bulk import (
    BULK_TARGET_STATES,
    MAX_BULK_LETTERS,
    BulkResult,
    SelectedLetter,
    SkippedLetter,
    SkipReason,
    letters_by_reference,
    move_many,
    preview_moves,
    undo_many,
)
from webapp.letters.editing.decisions import WriterNotice
from webapp.letters.editing.workflow import (
    LEGAL_MOVES,
    FarIssueError,
    Move,
    PrintDayMissingError,
    ReasonMissingError,
)
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.enums import DeclineReason, State
from webapp.rules.policy import Policy
from webapp.store.models import Letter, Role
from webapp.web.form_fields import select_field_choices
from webapp.web.returned_forms import gives_back
from webapp.web.services import services
from webapp.wording.desk.bulk import SKIP_REASONS, bulk_move_label, bulk_move_result

SESSION_KEY = "together"
"""Where the session cookie keeps the last bulk action."""
MAX_QUERY_LENGTH = 300
"""Characters; a longer query string of the queue is not kept in the session cookie (at most 4096 bytes)."""
_VERSION = re.compile(r"[0-9]{1,9}")


class LastAction(TypedDict):
    """The last bulk action in this browser, as the session cookie keeps it: references and versions only.

    Attributes:
        to_state: The state that the letters were moved to; empty after an undo.
        letters: The letters moved, each as ``reference:version`` with the version after the move.
        left_out: The letters skipped, each as a reference and the value of its skip reason.
        back: Query string of the queue in which the letters were selected.
    """

    to_state: str
    letters: list[str]
    left_out: list[list[str]]
    back: str


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """The decision message to the writers of one paper and language.

    Attributes:
        policy: The paper's policy.
        writers: How many of them get a message.
        message: The message to the first of them; the others differ in what is about the letter.
    """

    policy: Policy
    writers: int
    message: OutgoingMessage


@desk.app_template_global()
def bulk_move_targets(state: State | None) -> tuple[State, ...]:
    """Return the states to which the current editor can move several letters at once; none for a reader.

    Args:
        state: The present state of all the letters; ``None`` if they are in different states.
    """
    if not current_desk_user().editor.may(Role.EDITOR):
        return ()
    return tuple(to for to in BULK_TARGET_STATES if state is None or to in LEGAL_MOVES[state])


@desk.app_template_global()
def last_bulk_action() -> str:
    """Return a sentence about the last bulk action in this browser.

    It is empty if there was none, it moved no letter, or it was an undo. Whether the letters can still be
    moved back isn't checked.
    """
    action = _load_last_action()
    if action is None or not action["to_state"] or not action["letters"]:
        return ""
    return bulk_move_result(State(action["to_state"]), len(action["letters"]))


@desk.get("/together")
@require_role(Role.EDITOR)
def together() -> AnyResponse:
    """Show which of the selected letters would be moved, and the messages that their writers would get.

    Nothing is changed. The messages are shown once a reason for declining is chosen. 400 if letters can't be
    moved together to that state.
    """
    return _preview_page(_read_form(request.args), _selected_letters(request.args))


@desk.post("/together")
@gives_back(MoveForm)
def move_together() -> AnyResponse:
    """Move the selected letters in one transaction; those that can't be moved are skipped and named.

    Declining also queues the messages to the writers, if the form or else the policy says so. The result is
    kept in the session cookie, and the response redirects to its page. 422 shows the preview again if the
    form has errors, lacks a reason or an issue, or has a far issue that isn't confirmed yet; 400 if letters
    can't be moved together to that state.
    """
    form, selected = _read_form(request.form), _selected_letters(request.form)
    if not form.validate():
        return _preview_page(form, selected, HTTPStatus.UNPROCESSABLE_ENTITY)
    move = _read_move(form)
    try:
        with services().database.transaction() as session:
            result = move_many(
                session,
                selected,
                move,
                services().settings.policies_by_slug,
                writes=services().correspondence,
                notice=form.notice(),
                by=current_desk_user().editor.actor,
                now=now(),
            )
    except ReasonMissingError:
        form.reason.errors = [gettext("Choose why the letters are declined.")]
        return _preview_page(form, selected, HTTPStatus.UNPROCESSABLE_ENTITY)
    except PrintDayMissingError:
        form.print_on.errors = [gettext("Choose the issue in which the letters are to be published.")]
        return _preview_page(form, selected, HTTPStatus.UNPROCESSABLE_ENTITY)
    except FarIssueError as far:
        form.question_far_issue(far)
        return _preview_page(form, selected, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _save_and_show(result, move.to_state.value)


@desk.get("/together/done")
@require_role(Role.EDITOR)
def done_together() -> AnyResponse:
    """Show the last bulk action in this browser, with the letters as they are now.

    It redirects to the queue if there is none; letters that no longer exist are left out of those moved.
    """
    action = _load_last_action()
    if action is None:
        return redirect(url_for("desk.queue"), HTTPStatus.SEE_OTHER)
    moved = [each.reference for each in _parse_selection(action["letters"])]
    skipped = [(reference, SkipReason(reason)) for reference, reason in action["left_out"]]
    with services().database.snapshot() as session:
        letters = letters_by_reference(session, moved + [reference for reference, _ in skipped])
    moved_letters = [letters[reference] for reference in moved if reference in letters]
    to_state = State(action["to_state"]) if action["to_state"] else None
    page = render_template(
        "desk/together_done.html",
        to_state=to_state,
        title=bulk_move_result(to_state, len(moved_letters)),
        letters=moved_letters,
        skipped=[SkippedLetter(reference, reason, letters.get(reference)) for reference, reason in skipped],
        skip_reasons=SKIP_REASONS,
        back=action["back"],
        may_undo=current_desk_user().editor.may(Role.EDITOR),
        selected=action["letters"],
    )
    return make_response(page)


@desk.post("/together/undo")
def undo_together() -> AnyResponse:
    """Undo the last move of each selected letter; those where that is impossible are skipped and named.

    Messages that the moves caused are cancelled unless they were sent. The result is kept in the session
    cookie, and the response redirects to its page.
    """
    selected = _selected_letters(request.form)
    with services().database.transaction() as session:
        result = undo_many(session, selected, by=current_desk_user().editor.actor, now=now())
    return _save_and_show(result, "")


def _preview_page(
    form: MoveForm, selected: Sequence[SelectedLetter], status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    """Return the page that shows what the move would do; sets the form's default issue and notice choices."""
    policies = services().settings.policies_by_slug
    move = _read_move(form)
    with services().database.snapshot() as session:
        # The letters are shown before a reason or an issue is chosen: the preview assumes one.
        assumed = replace(move, reason=move.reason or DeclineReason.OTHER, note="")
        if move.to_state is State.SCHEDULED and move.print_on is None:
            assumed = replace(assumed, print_on=_next_issue(session, selected, policies))
        # A far issue is questioned when the button is pressed.
        assumed = replace(assumed, confirmed_print_on=assumed.print_on)
        result = preview_moves(
            session, selected, assumed, policies, by=current_desk_user().editor.actor, now=now()
        )
    if form.print_on.data is None and request.method == "GET":
        form.print_on.data = assumed.print_on
    _offer_notice(form, [policies[each.paper] for each in result.letters if each.paper in policies])
    messages = _message_previews(result.letters, policies, move.reason, form.notice()) if move.reason else []
    is_declined = move.to_state is State.DECLINED
    page = render_template(
        "desk/together.html",
        form=form,
        move=move,
        title=bulk_move_label(move.to_state, len(result.letters)),
        letters=result.letters,
        skipped=result.skipped,
        skip_reasons=SKIP_REASONS,
        messages=messages,
        without_message=len(result.letters) - sum(each.writers for each in messages),
        is_declined=is_declined,
        is_ready=bool(result.letters) and (move.reason is not None or not is_declined),
        back=request.values.get("back", ""),
        version_of={each.reference: each.version for each in selected},
    )
    return make_response(page, status)


def _next_issue(
    session: Session, selected: Sequence[SelectedLetter], policies: Mapping[str, Policy]
) -> date | None:
    """Return the earliest next issue among the papers of the selected letters."""
    letters = letters_by_reference(session, [each.reference for each in selected])
    papers = [
        policies[slug].paper for slug in {letter.paper for letter in letters.values()} if slug in policies
    ]
    return min((paper.issues.next_issue(today_at(paper.time_zone)) for paper in papers), default=None)


def _offer_notice(form: MoveForm, policies: Sequence[Policy]) -> None:
    """Set the choices of whether writers get a message, and the default that the papers' policies have.

    Where the policies differ, there is a third choice: as each paper's policy says.
    """
    defaults = {policy.declining.tell_writer for policy in policies}
    if len(defaults) > 1:
        # WTForms has called the function that the field is declared with: the choices are a list.
        choices = cast("list[Any]", form.tell.choices)
        form.tell.choices = (
            choices + select_field_choices(lambda: [("", gettext("As each paper’s policy says"))])()
        )
    elif form.tell.data not in {"message", "silence"}:
        form.tell.data = "message" if defaults == {True} else "silence"


def _message_previews(
    letters: Sequence[Letter], policies: Mapping[str, Policy], reason: DeclineReason, notice: WriterNotice
) -> list[MessagePreview]:
    """Return the messages that declining would send, one for each paper and language."""
    correspondence = services().correspondence
    groups: dict[tuple[str, str], list[Letter]] = {}
    for letter in letters:
        policy_of_letter = policies.get(letter.paper)
        if policy_of_letter is None or not notice.is_sent(policy_of_letter):
            continue
        if letter.particulars and letter.particulars.email:
            groups.setdefault((policy_of_letter.paper.slug, letter.language), []).append(letter)
    previews = []
    for (paper, _language), group in groups.items():
        first, policy = group[0], policies[paper]
        text = correspondence.decision_draft(first, policy, reason)
        if message := correspondence.decision(first, policy, text):
            previews.append(MessagePreview(policy, len(group), message))
    return previews


def _read_form(fields: MultiDict[str, str]) -> MoveForm:
    """Return the form of a bulk move; 400 if it has no state to which letters can be moved together."""
    form = MoveForm(fields)
    # Each letter has its own version, and its writer gets the paper's standard text.
    del form.version
    form.message.data = ""
    if form.to_state.data not in BULK_TARGET_STATES:
        abort(HTTPStatus.BAD_REQUEST)
    return form


def _read_move(form: MoveForm) -> Move:
    """Return the move without a version: that of each letter stands in the selection."""
    reason = form.reason.data if form.reason.data in set(DeclineReason) else None
    return Move(
        to_state=cast("State", form.to_state.data),
        version=0,
        reason=DeclineReason(reason) if reason else None,
        note=(form.note.data or "").strip(),
        print_on=form.print_on.data,
        confirmed_print_on=form.confirmed_day,
    )


def _selected_letters(fields: MultiDict[str, str]) -> list[SelectedLetter]:
    """Return the letters selected in the request; 413 if there are more than `MAX_BULK_LETTERS`."""
    selected = _parse_selection(fields.getlist("letters"))
    if len(selected) > MAX_BULK_LETTERS:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return selected


def _parse_selection(values: Sequence[str]) -> list[SelectedLetter]:
    """Parse values ``reference:version``; malformed ones are ignored, and so are repeated references."""
    versions: dict[str, int] = {}
    for value in values:
        reference, _, version = value.partition(":")
        if _VERSION.fullmatch(version):
            versions.setdefault(reference, int(version))
    return [SelectedLetter(reference, version) for reference, version in versions.items()]


def _save_and_show(result: BulkResult, to_state: str) -> AnyResponse:
    """Keep the result in the session cookie until the browser is closed, and redirect to its page."""
    back = request.form.get("back", "")
    action: LastAction = {
        "to_state": to_state,
        "letters": [f"{letter.reference}:{letter.version}" for letter in result.letters],
        "left_out": [[each.reference, each.reason.value] for each in result.skipped],
        "back": back if len(back) <= MAX_QUERY_LENGTH else "",
    }
    cookie[SESSION_KEY] = action
    return redirect(url_for("desk.done_together"), HTTPStatus.SEE_OTHER)


def _load_last_action() -> LastAction | None:
    action = cookie.get(SESSION_KEY)
    # The session cookie is signed: only `_save_and_show` can have written it.
    return cast("LastAction", action) if action else None
