"""Clearance for print: an issue date, and a writer who was verified or let through by a chief."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.letters.editing.sample_moves import LATER, WEDNESDAY, make_move, read, schedule
from tests.samples import HERALD
from webapp.letters.editing.workflow import (
    MAX_DAYS_AHEAD,
    FarIssueError,
    Move,
    NoIssueError,
    NotVerifiedError,
    PastIssueError,
    PrintDayMissingError,
    ReasonMissingError,
)
from webapp.rules.enums import State
from webapp.rules.policy.sections.correspondence import VerificationMethod, VerificationRequirements
from webapp.rules.policy.sections.issues import IssueCalendar
from webapp.store.database import Database
from webapp.store.models import Clearance, Letter, Role

ONE_DAY = timedelta(days=1)
EITHER_FIRST = replace(
    HERALD,
    verification=VerificationRequirements(methods=frozenset(VerificationMethod), one_is_enough=True),
)
CALLS_FIRST = replace(
    HERALD, verification=VerificationRequirements(methods=frozenset({VerificationMethod.CALL}))
)


def test_a_letter_is_scheduled_for_an_issue_and_printed(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    make_move(store, shortlisted, schedule(), editor_id)
    scheduled = read(store, shortlisted)
    assert (scheduled.state, scheduled.print_on) == (State.SCHEDULED, WEDNESDAY)
    assert (scheduled.clearance, scheduled.events[-1].print_on) == (Clearance.VERIFIED, WEDNESDAY)
    make_move(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id)
    published = read(store, shortlisted)
    assert (published.state, published.print_on) == (State.PUBLISHED, WEDNESDAY)


def test_scheduling_needs_a_day(store: Database, shortlisted: str, editor_id: int) -> None:
    with pytest.raises(PrintDayMissingError):
        make_move(store, shortlisted, schedule(print_on=None), editor_id)
    assert read(store, shortlisted).state is State.SHORTLISTED


def test_a_letter_is_scheduled_for_a_day_on_which_the_paper_comes_out(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    weekly = replace(
        HERALD, paper=replace(HERALD.paper, issues=IssueCalendar(weekdays=frozenset({WEDNESDAY.weekday()})))
    )
    with pytest.raises(NoIssueError) as refused:
        make_move(store, shortlisted, schedule(print_on=WEDNESDAY + ONE_DAY), editor_id, policy=weekly)
    assert refused.value.day == WEDNESDAY + ONE_DAY
    assert read(store, shortlisted).state is State.SHORTLISTED
    make_move(store, shortlisted, schedule(), editor_id, policy=weekly)
    assert read(store, shortlisted).print_on == WEDNESDAY


@pytest.mark.parametrize("day", [date(2026, 3, 13), date(2016, 3, 16), date(1, 1, 1)])
def test_a_letter_is_not_scheduled_for_a_day_that_is_over(
    store: Database, shortlisted: str, editor_id: int, day: date
) -> None:
    with pytest.raises(PastIssueError) as refused:
        make_move(store, shortlisted, schedule(print_on=day), editor_id)
    assert refused.value.day == day
    assert read(store, shortlisted).state is State.SHORTLISTED


def test_days_are_over_when_they_are_over_at_the_paper(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    east = replace(HERALD, paper=replace(HERALD.paper, time_zone=ZoneInfo("Pacific/Kiritimati")))
    assert east.paper.local_date(LATER) == LATER.date() + ONE_DAY
    with pytest.raises(PastIssueError):
        make_move(store, shortlisted, schedule(print_on=LATER.date()), editor_id, policy=east)
    make_move(store, shortlisted, schedule(print_on=LATER.date()), editor_id)


@pytest.mark.parametrize("days", [MAX_DAYS_AHEAD, MAX_DAYS_AHEAD + 1, 36525])
def test_a_far_issue_has_to_be_confirmed(
    store: Database, shortlisted: str, editor_id: int, days: int
) -> None:
    day = HERALD.paper.local_date(LATER) + timedelta(days=days)
    if days > MAX_DAYS_AHEAD:
        for confirmed in (None, day - ONE_DAY):
            with pytest.raises(FarIssueError) as questioned:
                make_move(store, shortlisted, schedule(print_on=day, confirmed_print_on=confirmed), editor_id)
            assert (questioned.value.day, questioned.value.days_ahead) == (day, days)
    make_move(store, shortlisted, schedule(print_on=day, confirmed_print_on=day), editor_id)
    assert read(store, shortlisted).print_on == day


def test_publishing_ignores_later_changes_of_issue_days(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    make_move(store, shortlisted, schedule(), editor_id)
    closed = replace(
        HERALD,
        paper=replace(HERALD.paper, issues=IssueCalendar(weekdays=frozenset({WEDNESDAY.weekday() + 1}))),
    )
    make_move(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=closed)
    assert read(store, shortlisted).state is State.PUBLISHED


def test_an_unverified_letter_is_not_scheduled(store: Database, shortlisted: str, editor_id: int) -> None:
    with pytest.raises(NotVerifiedError) as refused:
        make_move(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    assert refused.value.lacking == {VerificationMethod.CALL}
    with store.transaction() as session:
        session.execute(update(Letter).values(call_confirmed_at=LATER))
    make_move(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    assert read(store, shortlisted).clearance is Clearance.VERIFIED


@pytest.mark.parametrize("done", ["call_confirmed_at", "email_confirmed_at"])
def test_either_verification_clears_a_letter_where_one_is_enough(
    store: Database, shortlisted: str, editor_id: int, done: str
) -> None:
    with pytest.raises(NotVerifiedError) as refused:
        make_move(store, shortlisted, schedule(), editor_id, policy=EITHER_FIRST)
    assert refused.value.lacking == set(VerificationMethod)
    with store.transaction() as session:
        session.execute(update(Letter).values({done: LATER}))
    make_move(store, shortlisted, schedule(), editor_id, policy=EITHER_FIRST)
    assert read(store, shortlisted).clearance is Clearance.VERIFIED


def test_only_a_chief_overrides_with_a_note(store: Database, shortlisted: str, editor_id: int) -> None:
    override = schedule(override=True, note="I know her.")
    with pytest.raises(NotVerifiedError):
        make_move(store, shortlisted, override, editor_id, policy=CALLS_FIRST)
    with pytest.raises(NotVerifiedError):
        make_move(store, shortlisted, schedule(note="Good."), editor_id, role=Role.CHIEF, policy=CALLS_FIRST)
    silent = schedule(override=True)
    with pytest.raises(ReasonMissingError):
        make_move(store, shortlisted, silent, editor_id, role=Role.CHIEF, policy=CALLS_FIRST)
    make_move(store, shortlisted, override, editor_id, role=Role.CHIEF, policy=CALLS_FIRST)
    letter = read(store, shortlisted)
    assert letter.clearance is Clearance.OVERRIDE
    assert (letter.events[-1].overrides, letter.events[-1].note) == (True, "I know her.")
    make_move(store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=CALLS_FIRST)
    assert read(store, shortlisted).state is State.PUBLISHED


def test_a_letter_with_revoked_verification_is_not_published(
    store: Database, shortlisted: str, editor_id: int
) -> None:
    with store.transaction() as session:
        session.execute(update(Letter).values(call_confirmed_at=LATER))
    make_move(store, shortlisted, schedule(), editor_id, policy=CALLS_FIRST)
    with store.transaction() as session:
        session.execute(update(Letter).values(call_confirmed_at=None))
    with pytest.raises(NotVerifiedError):
        make_move(
            store, shortlisted, Move(to_state=State.PUBLISHED, version=3), editor_id, policy=CALLS_FIRST
        )


def test_the_database_refuses_to_publish_without_clearance(store: Database, reference: str) -> None:
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(update(Letter).where(Letter.reference == reference).values(state=State.PUBLISHED))
