"""The page of one letter, and what its other views share: loading, changing and showing the letter."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import current_desk_user
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import AssignForm, CallForm, DossierForm, NoteForm, TagForm
from webapp.desk.letter.move_form import MoveForm
from webapp.installation.clock import now, today_at
from webapp.letters.editing.claims import UNCLAIMABLE_STATES, current_claim
from webapp.letters.editing.notes import assignable_editors
from webapp.letters.editing.tags import tags_in_use
from webapp.letters.editing.undo import move_to_undo
from webapp.letters.editing.workflow import PaperNotServedError, completed_verification, legal_moves
from webapp.letters.intake.writer_history import StoredWriterHistory, writer_keys_of
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.letters.queue.related import (
    ArticleLetters,
    RelatedLetter,
    WritersLetters,
    find_last_printed,
    find_letters_by_writer,
    find_letters_on_article,
)
from webapp.letters.similar.similar_letters import SimilarLetters, find_similar_letters
from webapp.rules.enums import State
from webapp.rules.frequency import eligible_from
from webapp.rules.policy import Policy
from webapp.store.models import CallOutcome, EventKind, Letter, Role
from webapp.web.services import services
from webapp.wording.desk.verification import questions
from webapp.wording.locale_formats import join_with_and
from webapp.wording.text_format import isolated


@desk.get("/letters/<reference>")
def letter(reference: str) -> AnyResponse:
    """Show one letter, without its writer's particulars; 404 if there is none."""
    return letter_page(reference, MoveForm())


def letter_or_404(reference: str) -> Letter:
    """Return a letter with the related rows that the desk's pages show; 404 if there is none.

    It is detached: its session is closed, and no further rows can be loaded.
    """
    try:
        with services().database.snapshot() as session:
            return letter_for_desk(session, reference)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)


def served_policy(letter: Letter) -> Policy:
    """Return the policy of the letter's paper.

    Raises:
        PaperNotServedError: there is none any more; the desk answers with 409 and the letter's page.
    """
    policy = services().policy(letter.paper)
    if policy is None:
        raise PaperNotServedError
    return policy


@desk.errorhandler(PaperNotServedError)
def paper_not_served(_error: PaperNotServedError) -> AnyResponse:
    """Show the letter's page (409) with what was typed for a decision, and why nothing was done."""
    reference = str((request.view_args or {})["reference"])
    return letter_page(reference, MoveForm(request.form), HTTPStatus.CONFLICT, is_not_served=True)


@contextmanager
def letter_transaction() -> Iterator[Session]:
    """Open a transaction for a change to a letter; 404 if the block raises `LetterMissingError`.

    It is committed at the end of the block, and rolled back on an exception. It locks no letter.
    """
    try:
        with services().database.transaction() as session:
            yield session
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)


def redirect_to_letter(reference: str, section_id: str | None = None) -> AnyResponse:
    """Return a redirect (303) to the letter's page, there to the element with that id, if one is given."""
    return redirect(url_for("desk.letter", reference=reference, _anchor=section_id), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardForms:
    """The forms beside a letter: blank, or with what was typed and its errors."""

    call: CallForm = field(default_factory=CallForm)
    note: NoteForm = field(default_factory=NoteForm)
    tag: TagForm = field(default_factory=TagForm)
    assign: AssignForm = field(default_factory=AssignForm)
    dossier: DossierForm = field(default_factory=DossierForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sidebar:
    """What the page shows beside a letter from other tables.

    Attributes:
        by_writer: Other letters by the same writer, or perhaps by the same.
        last_printed: The writer's letter that was printed last, which can be the one that is shown.
        eligible_again_on: First day on which the writer may write again; ``None`` for today or if unknown.
        on_article: Other letters on the same article.
        similar: Letters with the same passages.
        assignable_editors: Names of the editors who can get the letter, by id.
        tags: The tags in use.
    """

    by_writer: WritersLetters
    last_printed: RelatedLetter | None
    eligible_again_on: date | None
    on_article: ArticleLetters
    similar: SimilarLetters
    assignable_editors: Mapping[int, str]
    tags: Sequence[str]


def letter_page(
    reference: str,
    form: MoveForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    attempted_state: State | None = None,
    card_forms: CardForms | None = None,
    particulars_shown: bool = False,
    is_not_served: bool = False,
) -> AnyResponse:
    """Return the letter's page; 404 if there is no such letter.

    It changes the forms: the version becomes that of the letter shown, a missing notice or issue date becomes
    the paper's default, and the present assignee is selected.

    Args:
        reference: The letter's reference.
        form: What was typed for a decision, with its errors.
        status: The response status; 409 adds an explanation on top.
        attempted_state: The state chosen in a decision that was refused with 409.
        card_forms: What was typed into the other forms, with its errors.
        particulars_shown: Whether to show the writer's particulars, unless they have been purged; the caller
            has recorded that.
        is_not_served: Whether a decision was refused because no policy has the letter's paper.
    """
    form, card_forms = form or MoveForm(), card_forms or CardForms()
    moment, editor = now(), current_desk_user().editor
    try:
        with services().database.snapshot() as session:
            found = letter_for_desk(session, reference)
            policy = services().policy(found.paper)
            sidebar = _load_sidebar(session, found, policy, moment)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    # The next decision is on the version shown here; raw_data would make WTForms render the posted version.
    form.version.data = found.version
    form.version.raw_data = None
    if policy and not form.tell.data:
        form.tell.data = "message" if policy.declining.tell_writer else "silence"
    if policy and not form.print_on.data:
        form.print_on.data = policy.paper.issues.next_issue(today_at(policy.paper.time_zone))
    card_forms.assign.set_choices(sidebar.assignable_editors, found.assigned_to)
    name = found.particulars.printed_name if found.particulars else ""
    has_contact = found.particulars is not None and found.particulars.contact is not None
    titles = services().settings.titles_by_slug
    page = render_template(
        "desk/letter.html",
        letter=found,
        name=name,
        particulars=found.particulars if has_contact and particulars_shown else None,
        has_contact=has_contact,
        has_unopened_contact=_has_unopened_contact(found),
        policy=policy,
        missing_verification=policy.missing_verification(completed_verification(found))
        if policy
        else frozenset(),
        editor=editor,
        may_change=editor.may(Role.EDITOR),
        form=form,
        card_forms=card_forms,
        moves=_possible_moves(found, policy) if editor.may(Role.EDITOR) else (),
        is_not_served=is_not_served,
        is_conflict=status is HTTPStatus.CONFLICT,
        undoable=move_to_undo(found),
        attempted_state=attempted_state,
        claim=current_claim(found, moment),
        can_be_claimed=found.state not in UNCLAIMABLE_STATES,
        calls=[event for event in found.events if event.kind is EventKind.CALLED],
        notes=[event for event in found.events if event.kind is EventKind.NOTED],
        override=next((event for event in reversed(found.events) if event.overrides), None),
        questions=questions(found, policy, name),
        sidebar=sidebar,
        call_outcomes=list(CallOutcome),
        by_writer=sidebar.by_writer if particulars_shown else sidebar.by_writer.hide_withheld_names(found),
        similar=sidebar.similar if particulars_shown else sidebar.similar.hide_withheld_names(found),
        similar_papers=join_with_and(
            list(dict.fromkeys(isolated(titles.get(paper, paper)) for paper in sidebar.similar.papers))
        ),
        titles=titles,
        now=moment,
    )
    return make_response(page, status)


def _has_unopened_contact(letter: Letter) -> bool:
    contact = letter.particulars.contact if letter.particulars else None
    return contact is not None and contact.is_unopened


def _possible_moves(letter: Letter, policy: Policy | None) -> tuple[State, ...]:
    """Return the moves that are offered: without a policy declining is the only one."""
    moves = legal_moves(letter)
    return moves if policy else tuple(state for state in moves if state is State.DECLINED)


def _load_sidebar(session: Session, letter: Letter, policy: Policy | None, moment: datetime) -> _Sidebar:
    eligible_again_on = None
    contact = letter.particulars.contact if letter.particulars else None
    if policy and contact and not contact.is_unopened:
        today = policy.paper.local_date(moment)
        eligible_again_on = eligible_from(
            writer_keys_of(contact),
            letter.category,
            policy,
            today,
            StoredWriterHistory(session, policy.paper),
        )
    return _Sidebar(
        by_writer=find_letters_by_writer(session, letter),
        last_printed=find_last_printed(session, letter),
        eligible_again_on=eligible_again_on,
        on_article=find_letters_on_article(session, letter, policy.paper.slugs if policy else ()),
        similar=find_similar_letters(session, letter),
        assignable_editors=assignable_editors(session),
        tags=tags_in_use(session),
    )
