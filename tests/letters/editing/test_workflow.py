"""Moves between states: legal ones leave an event, others change nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tests.letters.editing.sample_moves import LATER, make_move, read
from tests.samples import HERALD, NOON, acting
from webapp.letters.editing.workflow import (
    LEGAL_MOVES,
    ChangedMeanwhileError,
    ClaimedByOtherError,
    IllegalMoveError,
    Move,
    NoteTooLongError,
    ReasonMissingError,
    apply_move,
    legal_moves,
    lock_letter,
    move_letter,
    refuse_if_claimed,
)
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.rules.enums import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter

DECLINED_FOR_SPACE = {"reason": DeclineReason.SPACE}


def test_a_move_records_editor_time_states_and_reason(
    store: Database, reference: str, editor_id: int
) -> None:
    decision = Move(to_state=State.DECLINED, version=1, reason=DeclineReason.SPACE, note="The page is full.")
    make_move(store, reference, decision, editor_id)
    moved = read(store, reference)
    assert moved.state is State.DECLINED
    event = moved.events[-1]
    assert event.editor
    assert (event.kind, event.editor.name, event.at) == (EventKind.MOVED, "Dana", LATER)
    assert (event.from_state, event.to_state) == (State.RECEIVED, State.DECLINED)
    assert (event.reason, event.note) == (DeclineReason.SPACE, "The page is full.")


@pytest.mark.parametrize("note", ["", "Ask the funicular."])
def test_a_moves_event_is_in_the_database_and_its_note_found_by_search_at_once(
    store: Database, reference: str, editor_id: int, note: str
) -> None:
    with store.transaction() as session:
        event = move_letter(
            session,
            lock_letter(session, reference, with_particulars=True),
            Move(to_state=State.HELD, version=1, note=note),
            HERALD,
            by=acting(editor_id),
            now=LATER,
        )
        assert event.id
        found = queue_page(session, QueueFilter(words="funicular")).rows
    assert [row.reference for row in found] == ([reference] if note else [])


@pytest.mark.parametrize("start", [State.SHORTLISTED, State.HELD, State.DECLINED])
def test_a_letter_can_come_back(store: Database, reference: str, editor_id: int, start: State) -> None:
    reason = DeclineReason.OTHER if start is State.DECLINED else None
    make_move(store, reference, Move(to_state=start, version=1, reason=reason), editor_id)
    make_move(store, reference, Move(to_state=State.RECEIVED, version=2), editor_id)
    assert read(store, reference).state is State.RECEIVED


@pytest.mark.parametrize("target", [state for state in State if state not in LEGAL_MOVES[State.RECEIVED]])
def test_an_illegal_move_changes_nothing(
    store: Database, reference: str, editor_id: int, target: State
) -> None:
    with pytest.raises(IllegalMoveError):
        make_move(store, reference, Move(to_state=target, version=1), editor_id)
    assert len(read(store, reference).events) == 1


@pytest.mark.parametrize(
    ("start", "left"),
    [
        (State.RECEIVED, (State.HELD, State.DECLINED)),
        (State.SHORTLISTED, (State.HELD, State.DECLINED)),
        (State.HELD, (State.DECLINED,)),
        (State.SCHEDULED, (State.PUBLISHED, State.HELD)),
        (State.PUBLISHED, ()),
        (State.DECLINED, ()),
        (State.WITHDRAWN, ()),
    ],
)
def test_once_particulars_are_purged_a_letter_comes_no_closer_to_print(
    store: Database, reference: str, start: State, left: tuple[State, ...]
) -> None:
    letter = read(store, reference)
    letter.state = start
    assert letter.particulars
    assert legal_moves(letter) == LEGAL_MOVES[start]
    letter.particulars.purged_at = LATER
    assert legal_moves(letter) == left


def test_declining_needs_a_reason(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(ReasonMissingError):
        make_move(store, reference, Move(to_state=State.DECLINED, version=1), editor_id)
    assert read(store, reference).state is State.RECEIVED


def test_a_reason_is_stored_only_when_declining(store: Database, reference: str, editor_id: int) -> None:
    decision = Move(to_state=State.HELD, version=1, reason=DeclineReason.SPACE)
    make_move(store, reference, decision, editor_id)
    assert read(store, reference).events[-1].reason is None


def test_a_note_has_a_limit(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(NoteTooLongError):
        make_move(store, reference, Move(to_state=State.HELD, version=1, note="x" * 2001), editor_id)
    make_move(store, reference, Move(to_state=State.HELD, version=1, note="x" * 2000), editor_id)


def test_the_second_of_two_editors_gets_an_error(store: Database, reference: str, editor_id: int) -> None:
    make_move(store, reference, Move(to_state=State.SHORTLISTED, version=1), editor_id)
    with pytest.raises(ChangedMeanwhileError):
        make_move(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    assert read(store, reference).state is State.SHORTLISTED


def test_of_two_moves_of_the_same_version_one_succeeds(
    store: Database, reference: str, editor_id: int
) -> None:
    """The version column decides where both have read the letter before either writes."""
    with store.snapshot() as session:
        stale = letter_for_desk(session, reference)
    make_move(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    stale.state = State.SHORTLISTED
    with pytest.raises(StaleDataError), store.transaction() as session:
        session.add(stale)


def test_a_locked_letter_is_read_anew_and_particulars_only_when_asked_for(
    store: Database, reference: str
) -> None:
    with store.transaction() as session:
        letter = lock_letter(session, reference)
        assert "particulars" in inspect(letter).unloaded
        held = update(Letter).values(state=State.HELD)
        session.execute(held.execution_options(synchronize_session=False))
        assert lock_letter(session, reference, with_particulars=True) is letter
        assert "particulars" not in inspect(letter).unloaded
        assert letter.state is State.HELD


def test_an_event_that_leads_nowhere_is_not_applied(store: Database, reference: str, editor_id: int) -> None:
    noted = Event(kind=EventKind.NOTED, at=LATER, editor_id=editor_id, note="A note.")
    with store.transaction() as session:
        letter = lock_letter(session, reference)
        with pytest.raises(ValueError, match="leads somewhere"):
            apply_move(session, letter, noted)
    assert read(store, reference).state is State.RECEIVED


def test_moving_a_missing_letter(store: Database, editor_id: int) -> None:
    with pytest.raises(LetterMissingError):
        make_move(store, "NOSUCHRF", Move(to_state=State.HELD, version=1), editor_id)


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
def test_the_database_refuses_inconsistent_events(
    store: Database, reference: str, editor_id: int, event: dict[str, object]
) -> None:
    letter_id = read(store, reference).id
    fields = event | ({"editor_id": editor_id} if "editor_id" in event else {})
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(Event(letter_id=letter_id, at=LATER, **fields))


def test_a_letter_claimed_by_a_colleague_is_not_moved(
    store: Database, reference: str, editor_id: int
) -> None:
    with store.transaction() as session:
        session.execute(
            update(Letter).values(
                claimed_by_id=editor_id, claimed_at=NOON, claimed_until=LATER + timedelta(minutes=1)
            )
        )
    with pytest.raises(ClaimedByOtherError), store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, reference, with_particulars=True),
            Move(to_state=State.HELD, version=1),
            HERALD,
            by=acting(editor_id + 1),
            now=LATER,
        )
    make_move(store, reference, Move(to_state=State.HELD, version=1), editor_id)
    assert read(store, reference).state is State.HELD


def test_a_claim_refuses_others_until_its_last_moment_and_its_holder_never(
    store: Database, reference: str, editor_id: int
) -> None:
    until = LATER + timedelta(minutes=1)
    with store.transaction() as session:
        session.execute(update(Letter).values(claimed_by_id=editor_id, claimed_at=NOON, claimed_until=until))
    claimed = read(store, reference)
    refuse_if_claimed(claimed, acting(editor_id + 1), until)
    refuse_if_claimed(claimed, acting(editor_id), LATER)
    for other in (editor_id - 1, editor_id + 1):
        with pytest.raises(ClaimedByOtherError) as refused:
            refuse_if_claimed(claimed, acting(other), until - timedelta(microseconds=1))
        assert (refused.value.editor_id, refused.value.until) == (editor_id, until)
