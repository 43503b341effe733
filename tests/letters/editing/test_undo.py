"""Undo of moves: the letter is as it was before, and both moves stay among its events."""

import pytest

from tests.letters.editing.sample_moves import LATER, WEDNESDAY, make_move, read, schedule
from tests.samples import acting
from webapp.letters.editing.undo import NothingToUndoError, undo_move
from webapp.letters.editing.workflow import LEGAL_MOVES, Move, lock_letter
from webapp.rules.enums import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Clearance


def undo(store: Database, reference: str, editor_id: int) -> None:
    version = read(store, reference).version
    with store.transaction() as session:
        undo_move(
            session,
            lock_letter(session, reference, with_particulars=True),
            version,
            by=acting(editor_id),
            now=LATER,
        )


@pytest.mark.parametrize("move", LEGAL_MOVES[State.RECEIVED])
def test_a_move_can_be_undone_and_both_stay_in_the_history(
    store: Database, reference: str, editor_id: int, move: State
) -> None:
    reason = DeclineReason.SPACE if move is State.DECLINED else None
    make_move(store, reference, Move(to_state=move, version=1, reason=reason), editor_id)
    undo(store, reference, editor_id)
    letter = read(store, reference)
    assert letter.state is State.RECEIVED
    assert [event.to_state for event in letter.events] == [State.RECEIVED, move, State.RECEIVED]
    assert letter.events[-1].undoes_id == letter.events[-2].id


def test_undo_restores_state_date_and_clearance(store: Database, shortlisted: str, editor_id: int) -> None:
    make_move(store, shortlisted, schedule(), editor_id)
    make_move(store, shortlisted, Move(to_state=State.SHORTLISTED, version=3), editor_id)
    assert read(store, shortlisted).print_on is None
    undo(store, shortlisted, editor_id)
    letter = read(store, shortlisted)
    assert (letter.state, letter.print_on, letter.clearance) == (
        State.SCHEDULED,
        WEDNESDAY,
        Clearance.VERIFIED,
    )


def test_a_publication_can_be_undone(store: Database, shortlisted: str, editor_id: int) -> None:
    make_move(store, shortlisted, schedule(), editor_id)
    make_move(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id)
    undo(store, shortlisted, editor_id)
    assert read(store, shortlisted).state is State.SCHEDULED


def test_what_is_undone_is_not_undone_again(store: Database, reference: str, editor_id: int) -> None:
    make_move(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    undo(store, reference, editor_id)
    with pytest.raises(NothingToUndoError):
        undo(store, reference, editor_id)


def test_a_letter_just_received_has_nothing_to_undo(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(NothingToUndoError):
        undo(store, reference, editor_id)
