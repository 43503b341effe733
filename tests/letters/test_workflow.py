"""Moves: legal ones leave an event, others leave nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tests.samples import HERALD, NOON, acting, letter
from webapp.letters.database import Database
from webapp.letters.intake import Arrival, Intake
from webapp.letters.models import Event, Letter
from webapp.letters.record import LetterMissingError, letter_for_desk
from webapp.letters.states import LEGAL_MOVES, Channel, Clearance, DeclineReason, EventKind, Role, State
from webapp.letters.workflow import (
    ChangedMeanwhileError,
    ClaimedByOtherError,
    IllegalMoveError,
    Move,
    NoteTooLongError,
    NothingToUndoError,
    NotVerifiedError,
    PrintDayMissingError,
    ReasonMissingError,
    move_letter,
    undo_move,
)
from webapp.rules.policy import Policy
from webapp.rules.policy_desk import Proof

LATER = NOON + timedelta(hours=2)
DECLINED_FOR_SPACE = {"reason": DeclineReason.SPACE}


@pytest.fixture
def reference(intake: Intake) -> str:
    """A letter that was just received."""
    return intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


def read(store: Database, reference: str) -> Letter:
    with store.reading() as session:
        return letter_for_desk(session, reference)


def carry_out(
    store: Database,
    reference: str,
    decision: Move,
    editor_id: int,
    *,
    role: Role = Role.EDITOR,
    policy: Policy = HERALD,
) -> None:
    with store.writing() as session:
        move_letter(session, reference, decision, policy, by=acting(editor_id, role), now=LATER)


def test_a_move_says_who_when_from_where_to_where_and_why(
    store: Database, reference: str, editor_id: int
) -> None:
    decision = Move(to_state=State.DECLINED, version=1, reason=DeclineReason.SPACE, note="The page is full.")
    carry_out(store, reference, decision, editor_id)
    moved = read(store, reference)
    assert moved.state is State.DECLINED
    event = moved.events[-1]
    assert event.editor
    assert (event.kind, event.editor.name, event.at) == (EventKind.MOVED, "Dana", LATER)
    assert (event.from_state, event.to_state) == (State.RECEIVED, State.DECLINED)
    assert (event.reason, event.note) == (DeclineReason.SPACE, "The page is full.")


@pytest.mark.parametrize("start", [State.SHORTLISTED, State.HELD, State.DECLINED])
def test_a_letter_can_come_back(store: Database, reference: str, editor_id: int, start: State) -> None:
    reason = DeclineReason.OTHER if start is State.DECLINED else None
    carry_out(store, reference, Move(to_state=start, version=1, reason=reason), editor_id)
    carry_out(store, reference, Move(to_state=State.RECEIVED, version=2), editor_id)
    assert read(store, reference).state is State.RECEIVED


@pytest.mark.parametrize("target", [state for state in State if state not in LEGAL_MOVES[State.RECEIVED]])
def test_an_illegal_move_leaves_nothing(
    store: Database, reference: str, editor_id: int, target: State
) -> None:
    with pytest.raises(IllegalMoveError):
        carry_out(store, reference, Move(to_state=target, version=1), editor_id)
    assert len(read(store, reference).events) == 1


def test_declining_needs_a_reason(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(ReasonMissingError):
        carry_out(store, reference, Move(to_state=State.DECLINED, version=1), editor_id)
    assert read(store, reference).state is State.RECEIVED


def test_a_reason_beside_another_move_is_not_kept(store: Database, reference: str, editor_id: int) -> None:
    decision = Move(to_state=State.HELD, version=1, reason=DeclineReason.SPACE)
    carry_out(store, reference, decision, editor_id)
    assert read(store, reference).events[-1].reason is None


def test_a_note_has_a_limit(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(NoteTooLongError):
        carry_out(store, reference, Move(to_state=State.HELD, version=1, note="x" * 2001), editor_id)


def test_the_second_of_two_editors_is_told(store: Database, reference: str, editor_id: int) -> None:
    carry_out(store, reference, Move(to_state=State.SHORTLISTED, version=1), editor_id)
    with pytest.raises(ChangedMeanwhileError):
        carry_out(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    assert read(store, reference).state is State.SHORTLISTED


def test_two_moves_that_read_the_same_version_end_in_one(
    store: Database, reference: str, editor_id: int
) -> None:
    """What the row's version guards where both have read before either writes."""
    with store.reading() as session:
        stale = letter_for_desk(session, reference)
    carry_out(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    stale.state = State.SHORTLISTED
    with pytest.raises(StaleDataError), store.writing() as session:
        session.add(stale)


def test_no_letter_no_move(store: Database, editor_id: int) -> None:
    with pytest.raises(LetterMissingError):
        carry_out(store, "NOSUCHRF", Move(to_state=State.HELD, version=1), editor_id)


@pytest.mark.parametrize(
    "event",
    [
        {"kind": EventKind.MOVED, "from_state": State.RECEIVED, "to_state": State.HELD},
        {"kind": EventKind.MOVED, "from_state": State.HELD, "to_state": State.HELD, "editor_id": 1},
        {"kind": EventKind.MOVED, "to_state": State.HELD, "editor_id": 1},
        {"kind": EventKind.MOVED, "from_state": State.HELD, "to_state": State.DECLINED, "editor_id": 1},
        {
            "kind": EventKind.MOVED,
            "from_state": State.RECEIVED,
            "to_state": State.HELD,
            "editor_id": 1,
            **DECLINED_FOR_SPACE,
        },
    ],
    ids=["by nobody", "to where it was", "from nowhere", "declined without reason", "held with reason"],
)
def test_the_database_itself_refuses_an_event_that_makes_no_sense(
    store: Database, reference: str, editor_id: int, event: dict[str, object]
) -> None:
    letter_id = read(store, reference).id
    fields = event | ({"editor_id": editor_id} if "editor_id" in event else {})
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(Event(letter_id=letter_id, at=LATER, **fields))


WEDNESDAY = date(2026, 3, 18)
CALLS_FIRST = replace(HERALD, proofs=frozenset({Proof.CALL}))


@pytest.fixture
def shortlisted(store: Database, reference: str, editor_id: int) -> str:
    """A letter that may be printed as far as its text goes."""
    carry_out(store, reference, Move(to_state=State.SHORTLISTED, version=1), editor_id)
    return reference


def schedule(**changes: Any) -> Move:
    return replace(Move(to_state=State.SCHEDULED, version=2, print_on=WEDNESDAY), **changes)


def test_a_letter_is_scheduled_for_an_issue_and_printed(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    carry_out(store, shortlisted, schedule(), editor_id)
    scheduled = read(store, shortlisted)
    assert (scheduled.state, scheduled.print_on) == (State.SCHEDULED, WEDNESDAY)
    assert (scheduled.clearance, scheduled.events[-1].print_on) == (Clearance.VERIFIED, WEDNESDAY)
    carry_out(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id)
    published = read(store, shortlisted)
    assert (published.state, published.print_on) == (State.PUBLISHED, WEDNESDAY)


def test_scheduling_needs_a_day(store: Database, shortlisted: str, editor_id: int) -> None:
    with pytest.raises(PrintDayMissingError):
        carry_out(store, shortlisted, schedule(print_on=None), editor_id)
    assert read(store, shortlisted).state is State.SHORTLISTED


def test_no_letter_is_scheduled_before_its_writer_was_made_sure_of(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    with pytest.raises(NotVerifiedError) as refused:
        carry_out(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    assert refused.value.lacking == {Proof.CALL}
    with store.writing() as session:
        session.execute(update(Letter).values(call_confirmed_at=LATER))
    carry_out(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    assert read(store, shortlisted).clearance is Clearance.VERIFIED


def test_a_chief_alone_lets_a_letter_through_and_says_why(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    override = schedule(override=True, note="I know her.")
    with pytest.raises(NotVerifiedError):
        carry_out(store, shortlisted, override, editor_id, policy=CALLS_FIRST)
    silent = schedule(override=True)
    with pytest.raises(ReasonMissingError):
        carry_out(store, shortlisted, silent, editor_id, role=Role.CHIEF, policy=CALLS_FIRST)
    carry_out(store, shortlisted, override, editor_id, role=Role.CHIEF, policy=CALLS_FIRST)
    letter = read(store, shortlisted)
    assert letter.clearance is Clearance.OVERRIDE
    assert (letter.events[-1].overrides, letter.events[-1].note) == (True, "I know her.")
    carry_out(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=CALLS_FIRST)
    assert read(store, shortlisted).state is State.PUBLISHED


def test_a_letter_that_was_verified_is_not_printed_when_that_was_taken_back(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    with store.writing() as session:
        session.execute(update(Letter).values(call_confirmed_at=LATER))
    carry_out(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    with store.writing() as session:
        session.execute(update(Letter).values(call_confirmed_at=None))
    with pytest.raises(NotVerifiedError):
        carry_out(
            store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=CALLS_FIRST
        )


def test_the_database_itself_refuses_to_print_what_nobody_cleared(store: Database, reference: str) -> None:
    with pytest.raises(IntegrityError), store.writing() as session:
        session.execute(update(Letter).where(Letter.reference == reference).values(state=State.PUBLISHED))


def test_what_a_colleague_has_claimed_is_left_alone(store: Database, reference: str, editor_id: int) -> None:
    with store.writing() as session:
        session.execute(
            update(Letter).values(
                claimed_by_id=editor_id, claimed_at=NOON, claimed_until=LATER + timedelta(minutes=1)
            )
        )
    with pytest.raises(ClaimedByOtherError), store.writing() as session:
        move_letter(
            session,
            reference,
            Move(to_state=State.HELD, version=1),
            HERALD,
            by=acting(editor_id + 1),
            now=LATER,
        )
    carry_out(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    assert read(store, reference).state is State.HELD


def undo(store: Database, reference: str, editor_id: int) -> None:
    version = read(store, reference).version
    with store.writing() as session:
        undo_move(session, reference, version, by=acting(editor_id), now=LATER)


@pytest.mark.parametrize("move", LEGAL_MOVES[State.RECEIVED])
def test_a_move_can_be_undone_and_both_stay_in_the_history(
    store: Database, reference: str, editor_id: int, move: State
) -> None:
    reason = DeclineReason.SPACE if move is State.DECLINED else None
    carry_out(store, reference, Move(to_state=move, version=1, reason=reason), editor_id)
    undo(store, reference, editor_id)
    letter = read(store, reference)
    assert letter.state is State.RECEIVED
    assert [event.to_state for event in letter.events] == [State.RECEIVED, move, State.RECEIVED]
    assert letter.events[-1].undoes_id == letter.events[-2].id


def test_undoing_brings_back_what_stood_before(store: Database, shortlisted: str, editor_id: int) -> None:
    carry_out(store, shortlisted, schedule(), editor_id)
    carry_out(store, shortlisted, Move(to_state=State.SHORTLISTED, version=3), editor_id)
    assert read(store, shortlisted).print_on is None
    undo(store, shortlisted, editor_id)
    letter = read(store, shortlisted)
    assert (letter.state, letter.print_on, letter.clearance) == (
        State.SCHEDULED,
        WEDNESDAY,
        Clearance.VERIFIED,
    )


def test_undoing_a_publication_takes_it_off_the_record_of_its_writer(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    carry_out(store, shortlisted, schedule(), editor_id)
    carry_out(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id)
    undo(store, shortlisted, editor_id)
    assert read(store, shortlisted).state is State.SCHEDULED


def test_what_is_undone_is_not_undone_again(store: Database, reference: str, editor_id: int) -> None:
    carry_out(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    undo(store, reference, editor_id)
    with pytest.raises(NothingToUndoError):
        undo(store, reference, editor_id)


def test_a_letter_just_received_has_nothing_to_undo(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(NothingToUndoError):
        undo(store, reference, editor_id)
