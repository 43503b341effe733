"""One letter with all that the desk knows of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus

from flask import abort, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.card_forms import AssignForm, CallForm, DossierForm, NoteForm, TagForm
from webapp.desk.letter.move_form import MoveForm
from webapp.installation.clock import now, today_at
from webapp.letters.editing.claims import NOBODYS, current_claim
from webapp.letters.editing.notes import colleagues
from webapp.letters.editing.tags import tags_in_use
from webapp.letters.editing.undo import move_to_undo
from webapp.letters.editing.workflow import legal_moves, proofs_done
from webapp.letters.intake.writer_history import StoredRecord, keys_of
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.letters.queue.related import StoryLetters, WritersLetters, letters_by_writer, letters_on_story
from webapp.letters.similar.likeness import AlikeLetters, letters_like
from webapp.rules.frequency import eligible_from
from webapp.rules.policy import Policy
from webapp.rules.states import State
from webapp.store.models import EventKind, Letter, Role
from webapp.web.services import services
from webapp.wording.locale import listed
from webapp.wording.verification import questions


@desk.get("/letters/<reference>")
def letter(reference: str) -> AnyResponse:
    """Show one letter with all that the desk knows of it."""
    return letter_page(reference, MoveForm())


def letter_shown(reference: str) -> Letter:
    """Return a letter as the desk shows it; where there is none, the page is not found."""
    try:
        with services().database.snapshot() as session:
            return letter_for_desk(session, reference)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)


def policy_of(letter: Letter) -> Policy:
    """Return the rules of the letter's paper; a letter whose paper is served no more is only read."""
    policy = services().policy(letter.paper)
    if policy is None:
        abort(HTTPStatus.CONFLICT)
    return policy


@contextmanager
def changing_letter() -> Iterator[Session]:
    """Give a session for a change to a letter; where there is no such letter there is no such page."""
    try:
        with services().database.transaction() as session:
            yield session
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)


def back_to_letter(reference: str, place: str | None = None) -> AnyResponse:
    """Lead back to the letter's page, to the section with that id."""
    return redirect(url_for("desk.letter", reference=reference, _anchor=place), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardForms:
    """The forms beside a letter, with what was typed into them where that has to be mended."""

    call: CallForm = field(default_factory=CallForm)
    note: NoteForm = field(default_factory=NoteForm)
    tag: TagForm = field(default_factory=TagForm)
    assign: AssignForm = field(default_factory=AssignForm)
    dossier: DossierForm = field(default_factory=DossierForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """What stands beside a letter that is not its own."""

    writers: WritersLetters
    again_from: date | None
    story: StoryLetters
    alike: AlikeLetters
    colleagues: Mapping[int, str]
    tags: Sequence[str]


def letter_page(
    reference: str,
    form: MoveForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    attempted: State | None = None,
    card_forms: CardForms | None = None,
    particulars_shown: bool = False,
) -> AnyResponse:
    """Show the letter.

    Args:
        reference: Which.
        form: What was typed beside a decision, with the sentences of what has to be mended.
        status: The answer's status; a conflict is explained at the top.
        attempted: The state that it was to be brought to, where it had changed meanwhile.
        card_forms: What was typed into the other forms.
        particulars_shown: Whether the writer's particulars were asked for, which left its event.
    """
    form, card_forms = form or MoveForm(), card_forms or CardForms()
    moment, reader = now(), signed_in().editor
    try:
        with services().database.snapshot() as session:
            found = letter_for_desk(session, reference)
            policy = services().policy(found.paper)
            around = _surroundings(session, found, policy, moment)
    except LetterMissingError:
        abort(HTTPStatus.NOT_FOUND)
    # What is decided from here on is decided on the letter as it is shown.
    form.version.data = found.version
    form.version.raw_data = None
    if policy and not form.tell.data:
        form.tell.data = "message" if policy.declining.tells else "silence"
    if policy and not form.print_on.data:
        form.print_on.data = policy.paper.next_issue(today_at(policy.paper.time_zone))
    card_forms.assign.offer(around.colleagues, found.assigned_to)
    name = found.particulars.printed_name if found.particulars else ""
    is_known = found.particulars is not None and found.particulars.contact is not None
    titles = {each.paper.slug: each.paper.title for each in services().settings.policies}
    page = render_template(
        "desk/letter.html",
        letter=found,
        name=name,
        particulars=found.particulars if is_known and particulars_shown else None,
        is_known=is_known,
        policy=policy,
        lacking=policy.proofs_lacking(proofs_done(found)) if policy else frozenset(),
        editor=reader,
        may_change=reader.may(Role.EDITOR),
        form=form,
        card_forms=card_forms,
        moves=legal_moves(found) if reader.may(Role.EDITOR) else (),
        refused=status is HTTPStatus.CONFLICT,
        undoable=move_to_undo(found),
        attempted=attempted,
        claim=current_claim(found, moment),
        can_be_claimed=found.state not in NOBODYS,
        calls=[event for event in found.events if event.kind is EventKind.CALLED],
        notes=[event for event in found.events if event.kind is EventKind.NOTED],
        override=next((event for event in reversed(found.events) if event.overrides), None),
        questions=questions(found, policy, name),
        around=around,
        writers=around.writers if particulars_shown else around.writers.without_withheld(found),
        alike=around.alike if particulars_shown else around.alike.without_withheld(found),
        alike_papers=listed([titles.get(paper, paper) for paper in around.alike.papers]),
        titles=titles,
        now=moment,
    )
    return make_response(page, status)


def _surroundings(session: Session, letter: Letter, policy: Policy | None, moment: datetime) -> _Surroundings:
    again_from = None
    contact = letter.particulars.contact if letter.particulars else None
    if policy and contact:
        today = policy.paper.day_of(moment)
        again_from = eligible_from(keys_of(contact), policy, today, StoredRecord(session, policy.paper))
    return _Surroundings(
        writers=letters_by_writer(session, letter),
        again_from=again_from,
        story=letters_on_story(session, letter),
        alike=letters_like(session, letter),
        colleagues=colleagues(session),
        tags=tags_in_use(session),
    )
