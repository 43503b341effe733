"""Decisions on many letters at once: looked at first, then made, and taken back if need be."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any, TypedDict, cast

from flask import abort, make_response, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk.access import require_role, signed_in
from webapp.desk.blueprint import desk
from webapp.desk.letter.move_form import MoveForm
from webapp.installation.clock import now, today_at
from webapp.letters.editing.bulk import (
    MOST_LETTERS,
    MOVED_TOGETHER,
    BulkResult,
    LeftOut,
    SelectedLetter,
    WhyLeftOut,
    letters_of,
    move_many,
    preview_moves,
    undo_many,
)
from webapp.letters.editing.decisions import WriterNotice
from webapp.letters.editing.workflow import LEGAL_MOVES, Move, PrintDayMissingError, ReasonMissingError
from webapp.messages.outbox import OutgoingMessage
from webapp.rules.policy import Policy
from webapp.rules.states import DeclineReason, State
from webapp.store.models import Letter, Role
from webapp.web.form_fields import select_field_choices
from webapp.web.services import services
from webapp.wording.bulk import LEFT_OUT, many_moved, move_of_many

LAST = "together"
"""Where the cookie keeps what was last done to many letters."""
LONGEST_WAY_BACK = 300
"""Characters of the queue's address that are kept in the cookie, which browsers cut at 4096."""
_VERSION = re.compile(r"[0-9]{1,9}")


class Done(TypedDict):
    """What was last done to many letters, as the cookie keeps it: references and versions, and no more.

    Attributes:
        to_state: Where they were brought; empty once that was undone.
        letters: As they were left: each a reference and a version.
        left_out: Each a reference and why.
        back: The queue that they were ticked in, as its address has it behind the question mark.
    """

    to_state: str
    letters: list[str]
    left_out: list[list[str]]
    back: str


@desk.app_template_global()
def moves_together(state: State | None) -> tuple[State, ...]:
    """Return where letters in ``state``, or in any, can be brought together by whoever is signed in."""
    if not signed_in().editor.may(Role.EDITOR):
        return ()
    return tuple(to for to in MOVED_TOGETHER if state is None or to in LEGAL_MOVES[state])


@desk.app_template_global()
def last_together() -> str:
    """Say what was last done to many letters in this browser, while it can be undone; nothing otherwise."""
    done = _last()
    if done is None or not done["to_state"] or not done["letters"]:
        return ""
    return many_moved(State(done["to_state"]), len(done["letters"]))


@desk.get("/together")
@require_role(Role.EDITOR)
def together() -> AnyResponse:
    """Show which of the ticked letters would be moved, and what their writers would be told."""
    form = _form(request.args)
    return _preview(form, _ticks(request.args))


@desk.post("/together")
def move_together() -> AnyResponse:
    """Move the letters that are ticked, all that can be."""
    form, ticks = _form(request.form), _ticks(request.form)
    if not form.validate():
        return _preview(form, ticks, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with services().database.transaction() as session:
            moved = move_many(
                session,
                ticks,
                _move(form),
                _policies(),
                writes=services().correspondence,
                notice=form.notice(),
                by=signed_in().editor.actor,
                now=now(),
            )
    except ReasonMissingError:
        form.reason.errors = [gettext("Choose why the letters are declined.")]
        return _preview(form, ticks, HTTPStatus.UNPROCESSABLE_ENTITY)
    except PrintDayMissingError:
        form.print_on.errors = [gettext("Choose the issue in which the letters are to be published.")]
        return _preview(form, ticks, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _note_done(moved, _move(form).to_state.value, _way_back(request.form))


@desk.get("/together/done")
@require_role(Role.EDITOR)
def done_together() -> AnyResponse:
    """Show what was last done to many letters at once."""
    done = _last()
    if done is None:
        return redirect(url_for("desk.queue"), HTTPStatus.SEE_OTHER)
    ticks = _read_ticks(done["letters"])
    left_out = [(reference, WhyLeftOut(why)) for reference, why in done["left_out"]]
    with services().database.snapshot() as session:
        known = letters_of(session, [tick.reference for tick in ticks] + [each[0] for each in left_out])
    to_state = State(done["to_state"]) if done["to_state"] else None
    letters = [known[tick.reference] for tick in ticks if tick.reference in known]
    page = render_template(
        "desk/together_done.html",
        to_state=to_state,
        title=many_moved(to_state, len(letters)),
        letters=letters,
        left_out=[LeftOut(reference, why, known.get(reference)) for reference, why in left_out],
        sentences=LEFT_OUT,
        back=done["back"],
        may_undo=signed_in().editor.may(Role.EDITOR),
        ticks=done["letters"],
    )
    return make_response(page)


@desk.post("/together/undo")
def undo_together() -> AnyResponse:
    """Take back what was done to many letters at once."""
    with services().database.transaction() as session:
        undone = undo_many(session, _ticks(request.form), by=signed_in().editor.actor, now=now())
    return _note_done(undone, "", _way_back(request.form))


def _form(fields: MultiDict[str, str]) -> MoveForm:
    form = MoveForm(fields)
    # Each letter has a version of its own, and its writer is told in the paper's words.
    del form.version
    form.message.data = ""
    if form.to_state.data not in MOVED_TOGETHER:
        abort(HTTPStatus.BAD_REQUEST)
    return form


def _move(form: MoveForm) -> Move:
    reason = form.reason.data if form.reason.data in set(DeclineReason) else None
    return Move(
        to_state=cast("State", form.to_state.data),
        version=0,
        reason=DeclineReason(reason) if reason else None,
        note=(form.note.data or "").strip(),
        print_on=form.print_on.data,
    )


def _preview(
    form: MoveForm, ticks: Sequence[SelectedLetter], status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    policies = _policies()
    move = _move(form)
    with services().database.snapshot() as session:
        # Nobody has chosen yet, and the letters can be looked at all the same.
        looked_at = replace(move, reason=move.reason or DeclineReason.OTHER, note="")
        if move.to_state is State.SCHEDULED and move.print_on is None:
            looked_at = replace(looked_at, print_on=_next_issue(_papers(session, ticks, policies)))
        sifted = preview_moves(session, ticks, looked_at, policies, by=signed_in().editor.actor, now=now())
    papers = [policies[slug] for slug in dict.fromkeys(letter.paper for letter in sifted.letters)]
    if form.print_on.data is None and request.method == "GET":
        form.print_on.data = looked_at.print_on
    offer_telling(form, papers)
    told = told_to(sifted.letters, policies, move.reason, form.notice()) if move.reason else []
    is_declined = move.to_state is State.DECLINED
    page = render_template(
        "desk/together.html",
        form=form,
        move=move,
        title=move_of_many(move.to_state, len(sifted.letters)),
        letters=sifted.letters,
        left_out=sifted.left_out,
        sentences=LEFT_OUT,
        told=told,
        untold=len(sifted.letters) - sum(each.writers for each in told),
        is_declined=is_declined,
        is_ready=bool(sifted.letters) and (move.reason is not None or not is_declined),
        papers=papers,
        back=_way_back(request.values),
        version_of={tick.reference: tick.version for tick in ticks},
    )
    return make_response(page, status)


def _papers(
    session: Session, ticks: Sequence[SelectedLetter], policies: Mapping[str, Policy]
) -> list[Policy]:
    """Return the rules of the papers that the letters were sent to, as far as they are served."""
    letters = letters_of(session, [tick.reference for tick in ticks])
    return [policies[slug] for slug in {letter.paper for letter in letters.values()} if slug in policies]


def _next_issue(policies: Iterable[Policy]) -> date | None:
    """Return the first day on which any of the papers comes out."""
    days = (policy.paper.next_issue(today_at(policy.paper.time_zone)) for policy in policies)
    return min(days, default=None)


def _note_done(sifted: BulkResult, to_state: str, back: str) -> AnyResponse:
    """Keep what was done for as long as the browser is open, and show it."""
    done: Done = {
        "to_state": to_state,
        "letters": [f"{letter.reference}:{letter.version}" for letter in sifted.letters],
        "left_out": [[each.reference, each.why.value] for each in sifted.left_out],
        "back": back if len(back) <= LONGEST_WAY_BACK else "",
    }
    cookie[LAST] = done
    return redirect(url_for("desk.done_together"), HTTPStatus.SEE_OTHER)


def _last() -> Done | None:
    done = cookie.get(LAST)
    # The cookie is signed: what is in it is ours.
    return cast("Done", done) if done else None


def _policies() -> Mapping[str, Policy]:
    return {policy.paper.slug: policy for policy in services().settings.policies}


def _ticks(fields: MultiDict[str, str]) -> list[SelectedLetter]:
    ticks = _read_ticks(fields.getlist("letters"))
    if len(ticks) > MOST_LETTERS:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return ticks


def _read_ticks(texts: Sequence[str]) -> list[SelectedLetter]:
    """Read references with their versions; each letter counts once, and what is none of ours not at all."""
    versions: dict[str, int] = {}
    for text in texts:
        reference, _, version = text.partition(":")
        if _VERSION.fullmatch(version):
            versions.setdefault(reference, int(version))
    return [SelectedLetter(reference, version) for reference, version in versions.items()]


def _way_back(fields: Mapping[str, str]) -> str:
    """Return the queue's address behind the question mark, as the page that was left had it."""
    return fields.get("back", "")


@dataclass(frozen=True, slots=True)
class Told:
    """What writers of one paper and language are told: the message to the first of them."""

    policy: Policy
    writers: int
    message: OutgoingMessage


def offer_telling(form: MoveForm, papers: Sequence[Policy]) -> None:
    """Let the editor say whether writers are told; where papers differ in that, each may keep its way."""
    usual = {policy.declining.tells for policy in papers}
    if len(usual) > 1:
        # A list by now, though the field is declared with a function that makes one.
        offered = cast("list[Any]", form.tell.choices)
        form.tell.choices = (
            offered + select_field_choices(lambda: [("", gettext("As each paper’s policy says"))])()
        )
    elif form.tell.data not in {"message", "silence"}:
        form.tell.data = "message" if usual == {True} else "silence"


def told_to(
    letters: Sequence[Letter], policies: Mapping[str, Policy], reason: DeclineReason, notice: WriterNotice
) -> list[Told]:
    """Return the messages that would go out, one for each paper and language."""
    writes = services().correspondence
    to_tell = [
        letter
        for letter in letters
        if letter.particulars and letter.particulars.email and notice.is_sent(policies[letter.paper])
    ]
    numbers = Counter((letter.paper, letter.language) for letter in to_tell)
    first = {(letter.paper, letter.language): letter for letter in reversed(to_tell)}
    told = []
    for kind, writers in numbers.items():
        letter, policy = first[kind], policies[kind[0]]
        message = writes.decision(letter, policy, writes.decision_draft(letter, policy, reason))
        if message:
            told.append(Told(policy, writers, message))
    return told
