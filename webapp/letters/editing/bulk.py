"""Many letters moved together: all that can be, in one transaction, and the others named with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, selectinload

from webapp.letters.editing.decisions import AS_POLICY_SAYS, WriterNotice, WritesDecisions, decide
from webapp.letters.editing.undo import NothingToUndoError, undo_move
from webapp.letters.editing.workflow import (
    Actor,
    ChangedMeanwhileError,
    ClaimedByOtherError,
    IllegalMoveError,
    Move,
    NoIssueError,
    NotVerifiedError,
    refuse_move,
)
from webapp.rules.policy import Policy
from webapp.rules.states import State
from webapp.store.models import Letter

MOST_LETTERS = 100
"""How many are moved together at most."""
MOVED_TOGETHER = (State.SHORTLISTED, State.HELD, State.SCHEDULED, State.DECLINED, State.RECEIVED)
"""Where many letters can be brought at once; each printed letter is marked as such by itself."""


class WhyLeftOut(StrEnum):
    """Why a letter stays where it is while others are moved."""

    MISSING = "missing"
    CHANGED = "changed"
    CLAIMED = "claimed"
    ILLEGAL = "illegal"
    UNVERIFIED = "unverified"
    NO_ISSUE = "no_issue"
    """Its paper does not come out on the day."""
    NOT_SERVED = "not_served"
    """Its paper is served here no more."""
    NOTHING_TO_UNDO = "nothing_to_undo"


_REASONS: dict[type[Exception], WhyLeftOut] = {
    ChangedMeanwhileError: WhyLeftOut.CHANGED,
    ClaimedByOtherError: WhyLeftOut.CLAIMED,
    IllegalMoveError: WhyLeftOut.ILLEGAL,
    NotVerifiedError: WhyLeftOut.UNVERIFIED,
    NoIssueError: WhyLeftOut.NO_ISSUE,
    NothingToUndoError: WhyLeftOut.NOTHING_TO_UNDO,
}


@dataclass(frozen=True, slots=True)
class SelectedLetter:
    """A letter as an editor saw it in a list, and ticked it."""

    reference: str
    version: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A letter that is not moved, and why; ``letter`` is as it stands now, if there is one."""

    reference: str
    why: WhyLeftOut
    letter: Letter | None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The letters that can be moved, or have been, in the order of the list, and those that are left out."""

    letters: tuple[Letter, ...]
    left_out: tuple[LeftOut, ...]


def preview_moves(
    session: Session,
    ticks: Sequence[SelectedLetter],
    move: Move,
    policies: Mapping[str, Policy],
    *,
    by: Actor,
    now: datetime,
) -> BulkResult:
    """Tell which of the letters can be moved like that, and nothing is moved.

    Args:
        session: The store.
        ticks: The letters; each is judged on the version that was ticked, whatever ``move`` has.
        move: Where they are to go.
        policies: The rules of the papers that are served, by slug.
        by: Who wants it.
        now: The present moment.

    Raises:
        ReasonMissingError: they are to be declined without a reason.
        PrintDayMissingError: they are to be scheduled without a day.
    """
    return _sift(_letters(session, ticks), ticks, move, policies, by=by, now=now)


def move_many(
    session: Session,
    ticks: Sequence[SelectedLetter],
    move: Move,
    policies: Mapping[str, Policy],
    *,
    writes: WritesDecisions,
    notice: WriterNotice = AS_POLICY_SAYS,
    by: Actor,
    now: datetime,
) -> BulkResult:
    """Move those of the letters that can be moved; arguments and errors are those of `preview_moves`.

    Nobody else changes any of them until the transaction ends, and either all of them are moved by it or
    none is.
    """
    letters = _letters(session, ticks, to_change=True)
    sifted = _sift(letters, ticks, move, policies, by=by, now=now)
    for letter in sifted.letters:
        one = replace(move, version=letter.version)
        decide(session, letter, one, policies[letter.paper], writes=writes, notice=notice, by=by, now=now)
    return sifted


def undo_many(session: Session, ticks: Sequence[SelectedLetter], *, by: Actor, now: datetime) -> BulkResult:
    """Take the last move of each of the letters back, where that can be done."""
    letters = _letters(session, ticks, to_change=True)
    undone: list[Letter] = []
    left_out: list[LeftOut] = []
    for tick in ticks:
        letter = letters.get(tick.reference)
        if letter is None:
            left_out.append(LeftOut(tick.reference, WhyLeftOut.MISSING, None))
            continue
        try:
            undo_move(session, letter, tick.version, by=by, now=now)
        except tuple(_REASONS) as refusal:
            left_out.append(LeftOut(tick.reference, _REASONS[type(refusal)], letter))
        else:
            undone.append(letter)
    return BulkResult(tuple(undone), tuple(left_out))


def letters_of(session: Session, references: Iterable[str]) -> dict[str, Letter]:
    """Return the letters that there are, by reference, with their writers and who is on them."""
    return _letters(session, [SelectedLetter(reference, 0) for reference in references])


def _letters(
    session: Session, ticks: Sequence[SelectedLetter], *, to_change: bool = False
) -> dict[str, Letter]:
    # In the order of their rows: two editors with the same letters wait for one another, and not in a ring.
    query = (
        select(Letter)
        .where(Letter.reference.in_([tick.reference for tick in ticks]))
        .order_by(Letter.id)
        .options(defer(Letter.body), selectinload(Letter.particulars), selectinload(Letter.claimed_by))
    )
    if to_change:
        query = query.with_for_update()
    return {letter.reference: letter for letter in session.scalars(query)}


def _sift(
    letters: Mapping[str, Letter],
    ticks: Sequence[SelectedLetter],
    move: Move,
    policies: Mapping[str, Policy],
    *,
    by: Actor,
    now: datetime,
) -> BulkResult:
    ready: list[Letter] = []
    left_out: list[LeftOut] = []
    for tick in ticks:
        letter = letters.get(tick.reference)
        policy = policies.get(letter.paper) if letter else None
        if letter is None or policy is None:
            why = WhyLeftOut.NOT_SERVED if letter else WhyLeftOut.MISSING
            left_out.append(LeftOut(tick.reference, why, letter))
            continue
        try:
            refuse_move(letter, replace(move, version=tick.version), policy, by=by, now=now)
        except tuple(_REASONS) as refusal:
            left_out.append(LeftOut(tick.reference, _REASONS[type(refusal)], letter))
        else:
            ready.append(letter)
    return BulkResult(tuple(ready), tuple(left_out))
