"""Bulk decisions: preview a move of many letters, move or undo many; report skipped ones with reasons.

Also here: reading the letters of a list of references.
"""

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
    PaperNotServedError,
    PastIssueError,
    check_move,
)
from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.store.models import Letter

MAX_BULK_LETTERS = 100
"""Letters in one bulk decision; the caller enforces it."""
BULK_TARGET_STATES = (State.SHORTLISTED, State.HELD, State.SCHEDULED, State.DECLINED, State.RECEIVED)
"""States to which letters can be moved in bulk; publishing is decided for each letter."""


class SkipReason(StrEnum):
    """Why a letter is skipped in a bulk decision."""

    MISSING = "missing"
    CHANGED = "changed"
    CLAIMED = "claimed"
    ILLEGAL = "illegal"
    UNVERIFIED = "unverified"
    NO_ISSUE = "no_issue"
    """Its paper has no issue on that day."""
    PAST_ISSUE = "past_issue"
    """That day is over at its paper."""
    NOT_SERVED = "not_served"
    """Its paper is no longer served by this installation, so that it can only be declined."""
    NOTHING_TO_UNDO = "nothing_to_undo"


_SKIP_REASONS: dict[type[Exception], SkipReason] = {
    ChangedMeanwhileError: SkipReason.CHANGED,
    ClaimedByOtherError: SkipReason.CLAIMED,
    IllegalMoveError: SkipReason.ILLEGAL,
    NotVerifiedError: SkipReason.UNVERIFIED,
    NoIssueError: SkipReason.NO_ISSUE,
    PastIssueError: SkipReason.PAST_ISSUE,
    PaperNotServedError: SkipReason.NOT_SERVED,
    NothingToUndoError: SkipReason.NOTHING_TO_UNDO,
}


NO_NOTICE = WriterNotice(tell_writer=False)
"""The writer gets no message."""


@dataclass(frozen=True, slots=True)
class SelectedLetter:
    """A letter that an editor selected in a list, with the version that the list showed."""

    reference: str
    version: int


@dataclass(frozen=True, slots=True)
class SkippedLetter:
    """A letter that isn't moved, and why; ``letter`` is ``None`` if it doesn't exist."""

    reference: str
    reason: SkipReason
    letter: Letter | None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The letters that can be moved (preview), were moved or undone, and the skipped ones, as selected.

    Both are in the order of the selection.
    """

    letters: tuple[Letter, ...]
    skipped: tuple[SkippedLetter, ...]


def preview_moves(
    session: Session,
    selected: Sequence[SelectedLetter],
    move: Move,
    policies: Mapping[str, Policy],
    *,
    by: Actor,
    now: datetime,
) -> BulkResult:
    """Return which of the selected letters can be moved; nothing is changed.

    The errors below are raised for the first letter that isn't skipped for another reason, and so not for an
    empty selection.

    Args:
        session: An open session.
        selected: The letters. Each is checked against the version with which it was selected; the version of
            ``move`` is ignored.
        move: The move of each letter.
        policies: The rules of the papers that are served, by slug.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ReasonMissingError: declining needs a reason, and an override needs a note.
        PrintDayMissingError: scheduling needs a day.
        FarIssueError: they are to be scheduled for a day that is far away, and that isn't confirmed.
        NoteTooLongError: the note is longer than `workflow.LONGEST_NOTE`.
    """
    return _check_moves(_load_letters(session, selected), selected, move, policies, by=by, now=now)


def move_many(
    session: Session,
    selected: Sequence[SelectedLetter],
    move: Move,
    policies: Mapping[str, Policy],
    *,
    writes: WritesDecisions,
    notice: WriterNotice = AS_POLICY_SAYS,
    by: Actor,
    now: datetime,
) -> BulkResult:
    """Move the selected letters that can be moved and, if declined, write to their writers; skip the others.

    The messages are put into the outbox; there is none about a letter whose paper isn't served. The letters
    are locked until the transaction ends, which moves all of them or none. A letter that is selected twice is
    moved once. The errors below are raised for the first letter that isn't skipped for another reason, before
    any letter is moved.

    Args:
        session: An open transaction.
        selected: The letters. Each is checked against the version with which it was selected; the version of
            ``move`` is ignored.
        move: The move of each letter.
        policies: The rules of the papers that are served, by slug.
        writes: Writes the messages about declined letters.
        notice: Whether writers of declined letters get a message, and its text.
        by: The editor.
        now: The present moment, with a time zone.

    Raises:
        ReasonMissingError: declining needs a reason, and an override needs a note.
        PrintDayMissingError: scheduling needs a day.
        FarIssueError: they are to be scheduled for a day that is far away, and that isn't confirmed.
        NoteTooLongError: the note is longer than `workflow.LONGEST_NOTE`.
    """
    letters = _load_letters(session, selected, for_update=True)
    result = _check_moves(letters, selected, move, policies, by=by, now=now)
    for letter in result.letters:
        policy = policies.get(letter.paper)
        decide(
            session,
            letter,
            replace(move, version=letter.version),
            policy,
            writes=writes,
            notice=notice if policy else NO_NOTICE,
            by=by,
            now=now,
        )
    return result


def undo_many(
    session: Session, selected: Sequence[SelectedLetter], *, by: Actor, now: datetime
) -> BulkResult:
    """Undo the last move of each selected letter where `undo_move` can, and cancel its message; skip others.

    The letters are locked until the transaction ends. Letters of papers that aren't served are undone, too.

    Args:
        session: An open transaction.
        selected: The letters, each with the version that the editor saw.
        by: The editor.
        now: The present moment, with a time zone.
    """
    selected = _each_once(selected)
    letters = _load_letters(session, selected, for_update=True)
    undone: list[Letter] = []
    skipped: list[SkippedLetter] = []
    for each in selected:
        letter = letters.get(each.reference)
        if letter is None:
            skipped.append(SkippedLetter(each.reference, SkipReason.MISSING, None))
            continue
        try:
            undo_move(session, letter, each.version, by=by, now=now)
        except tuple(_SKIP_REASONS) as refusal:
            skipped.append(SkippedLetter(each.reference, _SKIP_REASONS[type(refusal)], letter))
        else:
            undone.append(letter)
    return BulkResult(tuple(undone), tuple(skipped))


def _each_once(selected: Sequence[SelectedLetter]) -> Sequence[SelectedLetter]:
    """Return the selection without repeated references; the first one counts."""
    first: dict[str, SelectedLetter] = {}
    for each in selected:
        first.setdefault(each.reference, each)
    return list(first.values())


def letters_by_reference(session: Session, references: Iterable[str]) -> dict[str, Letter]:
    """Return the existing letters by reference, with particulars and claim holders, without their bodies.

    References without a letter are left out. The letters aren't locked.
    """
    return _load_letters(session, [SelectedLetter(reference, 0) for reference in references])


def _load_letters(
    session: Session, selected: Sequence[SelectedLetter], *, for_update: bool = False
) -> dict[str, Letter]:
    # Ordered by id: transactions that lock rows in the same order can't deadlock.
    query = (
        select(Letter)
        .where(Letter.reference.in_([each.reference for each in selected]))
        .order_by(Letter.id)
        .options(defer(Letter.body), selectinload(Letter.particulars), selectinload(Letter.claimed_by))
    )
    if for_update:
        query = query.with_for_update()
    return {letter.reference: letter for letter in session.scalars(query)}


def _check_moves(
    letters: Mapping[str, Letter],
    selected: Sequence[SelectedLetter],
    move: Move,
    policies: Mapping[str, Policy],
    *,
    by: Actor,
    now: datetime,
) -> BulkResult:
    movable: list[Letter] = []
    skipped: list[SkippedLetter] = []
    for each in _each_once(selected):
        letter = letters.get(each.reference)
        if letter is None:
            skipped.append(SkippedLetter(each.reference, SkipReason.MISSING, None))
            continue
        try:
            check_move(
                letter, replace(move, version=each.version), policies.get(letter.paper), by=by, now=now
            )
        except tuple(_SKIP_REASONS) as refusal:
            skipped.append(SkippedLetter(each.reference, _SKIP_REASONS[type(refusal)], letter))
        else:
            movable.append(letter)
    return BulkResult(tuple(movable), tuple(skipped))
