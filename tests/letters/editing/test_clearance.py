"""What may be printed: a letter with its issue, whose writer was made sure of or let through by a chief."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.letters.editing.sample_moves import LATER, WEDNESDAY, carry_out, read, schedule
from tests.samples import HERALD
from webapp.letters.editing.workflow import (
    Move,
    NoIssueError,
    NotVerifiedError,
    PrintDayMissingError,
    ReasonMissingError,
)
from webapp.rules.policy.sections import Proof
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Clearance, Letter, Role

ONE_DAY = timedelta(days=1)
CALLS_FIRST = replace(HERALD, proofs=frozenset({Proof.CALL}))


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


def test_a_letter_is_scheduled_for_a_day_on_which_the_paper_comes_out(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    weekly = replace(HERALD, paper=replace(HERALD.paper, issue_days=frozenset({WEDNESDAY.weekday()})))
    with pytest.raises(NoIssueError) as refused:
        carry_out(store, shortlisted, schedule(print_on=WEDNESDAY + ONE_DAY), editor_id, policy=weekly)
    assert refused.value.day == WEDNESDAY + ONE_DAY
    assert read(store, shortlisted).state is State.SHORTLISTED
    carry_out(store, shortlisted, schedule(), editor_id, policy=weekly)
    assert read(store, shortlisted).print_on == WEDNESDAY


def test_what_was_printed_is_marked_so_whatever_days_the_paper_has_by_now(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    carry_out(store, shortlisted, schedule(), editor_id)
    closed = replace(HERALD, paper=replace(HERALD.paper, issue_days=frozenset({WEDNESDAY.weekday() + 1})))
    carry_out(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=closed)
    assert read(store, shortlisted).state is State.PUBLISHED


def test_no_letter_is_scheduled_before_its_writer_was_made_sure_of(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    with pytest.raises(NotVerifiedError) as refused:
        carry_out(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    assert refused.value.lacking == {Proof.CALL}
    with store.transaction() as session:
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
    with store.transaction() as session:
        session.execute(update(Letter).values(call_confirmed_at=LATER))
    carry_out(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    with store.transaction() as session:
        session.execute(update(Letter).values(call_confirmed_at=None))
    with pytest.raises(NotVerifiedError):
        carry_out(
            store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=CALLS_FIRST
        )


def test_the_database_itself_refuses_to_print_what_nobody_cleared(store: Database, reference: str) -> None:
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(update(Letter).where(Letter.reference == reference).values(state=State.PUBLISHED))
