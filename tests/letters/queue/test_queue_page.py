"""Pages of the queue: order, keyset pagination, filters, counts, and a constant number of queries."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from tests.samples import HERALD, NOON, acting, letter
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.queue.queue_filter import EditorFilter
from webapp.letters.queue.queue_page import QueueCursor, QueueFilter, count_by_state, queue_page
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Channel, Letter

RECEIVED = QueueFilter(frozenset({State.RECEIVED}))


def receive(intake: Intake, number: int) -> str:
    """Receive a letter; each two numbers share a time of receipt."""
    moment = NOON + timedelta(seconds=number // 2)
    submission = letter(headline=f"No. {number}")
    return intake.receive(submission, HERALD, Arrival(channel=Channel.FORM, at=moment)).reference


def headlines(
    store: Database, wanted: QueueFilter, after: QueueCursor | None = None, size: int = 50
) -> list[str]:
    with store.snapshot() as session:
        return [row.headline for row in queue_page(session, wanted, after=after, size=size).rows]


def test_the_oldest_letter_comes_first(store: Database, intake: Intake) -> None:
    for number in (4, 0, 2):
        receive(intake, number)
    assert headlines(store, RECEIVED) == ["No. 0", "No. 2", "No. 4"]


def test_a_row_has_the_fields_of_a_list(store: Database, intake: Intake) -> None:
    reference = receive(intake, 0)
    with store.snapshot() as session:
        (row,) = queue_page(session, RECEIVED).rows
    assert (row.reference, row.name, row.district) == (reference, "Chan Tai-man", "Sai Ying Pun")
    assert (row.word_count, row.received_at, row.state) == (17, NOON, State.RECEIVED)
    assert row.opening.startswith("The tram is slow.")


def test_a_row_shows_advisories_and_the_claim(store: Database, intake: Intake, editor_id: int) -> None:
    quiet = receive(intake, 0)
    troubling = letter(exclusive=False, address="PO Box 5, Central")
    intake.receive(troubling, HERALD, Arrival(channel=Channel.FORM, at=NOON + timedelta(seconds=1)))
    until = NOON + timedelta(minutes=10)
    with store.transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.reference == quiet)
            .values(claimed_by_id=editor_id, claimed_at=NOON, claimed_until=until, version=2)
        )
    with store.snapshot() as session:
        claimed, troubled = queue_page(session, RECEIVED).rows
    assert (claimed.advisories, claimed.claimed_by, claimed.claimed_until, claimed.version) == (
        0,
        "Dana",
        until,
        2,
    )
    assert (troubled.advisories, troubled.claimed_by, troubled.claimed_until) == (2, "", None)


@pytest.mark.parametrize(("before_end", "held"), [(timedelta(microseconds=1), True), (timedelta(), False)])
def test_a_claim_is_listed_until_its_last_moment(
    store: Database, intake: Intake, editor_id: int, before_end: timedelta, *, held: bool
) -> None:
    receive(intake, 0)
    until = NOON + timedelta(minutes=10)
    with store.transaction() as session:
        session.execute(update(Letter).values(claimed_by_id=editor_id, claimed_at=NOON, claimed_until=until))
    at = until - before_end
    of_holder = QueueFilter(claimed=EditorFilter(editor_id), at=at)
    of_nobody = QueueFilter(claimed=EditorFilter(), at=at)
    assert [len(headlines(store, each)) for each in (of_holder, of_nobody)] == [held, not held]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_contain_each_letter_once_also_with_equal_times(
    store: Database, intake: Intake, size: int
) -> None:
    for number in range(7):
        receive(intake, number)
    seen: list[str] = []
    after: QueueCursor | None = None
    while True:
        with store.snapshot() as session:
            page = queue_page(session, RECEIVED, after=after, size=size)
        seen += [row.headline for row in page.rows]
        after = page.next_cursor
        if after is None:
            break
    assert seen == [f"No. {number}" for number in range(7)]


def test_states_and_papers_filter_and_count(store: Database, intake: Intake, editor_id: int) -> None:
    held = receive(intake, 0)
    receive(intake, 1)
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, held, with_particulars=True),
            Move(to_state=State.HELD, version=1),
            HERALD,
            by=acting(editor_id),
            now=NOON,
        )
    assert headlines(store, RECEIVED) == ["No. 1"]
    assert headlines(store, QueueFilter(frozenset({State.HELD}))) == ["No. 0"]
    assert headlines(store, QueueFilter()) == ["No. 0", "No. 1"]
    assert headlines(store, QueueFilter(paper="courier")) == []
    with store.snapshot() as session:
        counts = count_by_state(session)
        elsewhere = count_by_state(session, "courier")
    assert counts == {state: int(state in {State.HELD, State.RECEIVED}) for state in State}
    assert set(elsewhere.values()) == {0}


def test_a_page_costs_one_query(store: Database, intake: Intake) -> None:
    for number in range(12):
        receive(intake, number)
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with store.snapshot() as session:
        queue_page(session, RECEIVED)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1
