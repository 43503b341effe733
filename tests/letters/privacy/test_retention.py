"""Retention: particulars are purged when their period has ended and not before; what a purge leaves."""

import dataclasses
import threading
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import func, select, update

from tests.letters.privacy.letters_to_purge import (
    DAYS,
    LATER,
    POLICY,
    WITHHELD,
    load_letter,
    move,
    receive,
    run_purge,
)
from tests.samples import HERALD, NOON, PASSWORD, SEAL, SECRET_KEY, acting
from webapp.accounts.administration import add_editor
from webapp.installation.background_worker import BackgroundWorker
from webapp.installation.clock import ClockTrust
from webapp.installation.settings import Settings
from webapp.letters.editing.claims import CLAIM_DURATION, claim
from webapp.letters.editing.undo import NothingToUndoError, undo_move
from webapp.letters.editing.workflow import IllegalMoveError, lock_letter
from webapp.letters.intake.writer_history import StoredWriterHistory
from webapp.letters.privacy.retention import (
    LETTERS_PER_TRANSACTION,
    OVERDUE_AFTER,
    QUIET_PERIOD,
    REMOVED_REASON,
    PurgeForecast,
    count_due_for_purge,
    forecast_purge,
    purge,
    remove_personal_data,
)
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.messages.leases_and_retries import (
    lease_due,
    record_delivery,
    record_rejection,
    retry_all_dead_messages,
)
from webapp.rules.enums import State
from webapp.rules.frequency import WriterKeys
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter, Message, MessageState, Particulars, Role


def count_due(store: Database, now: datetime) -> dict[State, int]:
    with store.snapshot() as session:
        return {
            each.state: each.letters for each in count_due_for_purge(session, [POLICY], now) if each.letters
        }


@pytest.fixture
def declined(store: Database, editor_id: int) -> str:
    """The reference of a letter with a withheld name that was declined at `NOON`."""
    reference = receive(store, **WITHHELD)
    move(store, reference, editor_id, State.DECLINED)
    return reference


def test_what_a_purge_removes_and_what_it_keeps(store: Database, declined: str) -> None:
    before = load_letter(store, declined)
    assert (count_due(store, LATER - timedelta(seconds=1)), count_due(store, LATER)) == (
        {},
        {State.DECLINED: 1},
    )
    assert run_purge(store, LATER - timedelta(seconds=1)) == 0
    assert run_purge(store, LATER) == 1
    after = load_letter(store, declined)
    particulars, (message,) = after.particulars, after.messages
    assert particulars
    assert (particulars.contact, particulars.purged_at, particulars.name) == (None, LATER, "")
    assert (particulars.name_blind, particulars.phone_blind) == ("", "")
    assert before.particulars
    assert particulars.email_blind == before.particulars.email_blind != ""
    assert (message.recipient, message.text_body, message.html_body) == ("", "", "")
    assert message.state is MessageState.CALLED_BACK
    assert (after.withhold_reason, after.district) == (REMOVED_REASON, "")
    assert (after.version, after.body, after.headline) == (before.version, before.body, before.headline)
    assert [each.kind for each in after.events][-1] is EventKind.PURGED
    assert [each.id for each in after.events][:-1] == [each.id for each in before.events]


def test_a_purged_name_is_not_found_by_search(store: Database, editor_id: int) -> None:
    references = [receive(store, headline=f"Letter {number}") for number in range(2)]
    move(store, references[0], editor_id, State.DECLINED)
    assert search(store, "tai-man") == set(references)
    assert run_purge(store, LATER) == 1
    assert search(store, "tai-man") == {references[1]}
    assert search(store, "tram") == set(references)


def search(store: Database, words: str) -> set[str]:
    with store.snapshot() as session:
        return {row.reference for row in queue_page(session, QueueFilter(words=words)).rows}


def test_purging_again_changes_nothing(store: Database, declined: str) -> None:
    assert run_purge(store, LATER) == 1
    once = load_letter(store, declined)
    assert run_purge(store, LATER + timedelta(days=1)) == 0
    assert len(load_letter(store, declined).events) == len(once.events)


def test_frequency_rules_still_work_after_a_purge(store: Database, editor_id: int) -> None:
    reference = receive(store)
    move(store, reference, editor_id, State.DECLINED)
    assert run_purge(store, LATER) == 1
    with store.snapshot() as session:
        record = StoredWriterHistory(session, HERALD.paper)
        keys = WriterKeys("tai-man@example.com", "+85221234567", "")
        (earlier,) = record.earlier_letters(keys, NOON.date())
        assert earlier.keys == WriterKeys("tai-man@example.com", "", "")
        assert not record.earlier_letters(WriterKeys("", "+85221234567", ""), NOON.date())


def test_a_published_name_is_kept(store: Database, editor_id: int) -> None:
    open_name, withheld = receive(store), receive(store, headline="Buses", **WITHHELD)
    for reference in (open_name, withheld):
        for state in (State.SHORTLISTED, State.SCHEDULED, State.PUBLISHED):
            move(store, reference, editor_id, state)
    assert run_purge(store, LATER) == 2
    names = [load_letter(store, reference).particulars for reference in (open_name, withheld)]
    assert [each.name for each in names if each] == ["Chan Tai-man", ""]
    assert load_letter(store, open_name).district == "Sai Ying Pun"


def test_the_period_begins_at_the_last_change_of_state(
    store: Database, declined: str, editor_id: int
) -> None:
    move(store, declined, editor_id, State.RECEIVED, NOON + timedelta(days=10))
    assert run_purge(store, LATER + timedelta(days=100)) == 0, "no time is set for that state"
    again = NOON + timedelta(days=20)
    move(store, declined, editor_id, State.DECLINED, again)
    assert run_purge(store, again + timedelta(days=DAYS, seconds=-1)) == 0
    assert run_purge(store, again + timedelta(days=DAYS)) == 1


@pytest.mark.parametrize(
    "kind", [EventKind.EMAIL_CONFIRMED, EventKind.WITHDRAWN, EventKind.APPROVED, EventKind.OBJECTED]
)
def test_nothing_is_purged_within_a_week_of_an_action_of_the_writer(
    store: Database, declined: str, kind: EventKind
) -> None:
    spoke = LATER - timedelta(days=2)
    with store.transaction() as session:
        number = session.scalars(select(Letter.id).where(Letter.reference == declined)).one()
        session.add(Event(letter_id=number, kind=kind, at=spoke))
    assert run_purge(store, spoke + QUIET_PERIOD - timedelta(seconds=1)) == 0
    assert run_purge(store, spoke + QUIET_PERIOD) == 1


def test_nothing_is_purged_within_a_week_of_the_receipt(store: Database, declined: str) -> None:
    run_concurrently = dataclasses.replace(HERALD, retention_days=MappingProxyType({State.DECLINED: 0}))
    for moment, letters in ((NOON + QUIET_PERIOD - timedelta(seconds=1), 0), (NOON + QUIET_PERIOD, 1)):
        with store.snapshot() as session:
            assert (
                sum(each.letters for each in count_due_for_purge(session, [run_concurrently], moment))
                == letters
            )
        assert sum(each.letters for each in purge(store, [run_concurrently], moment)) == letters
    assert load_letter(store, declined).body


def test_waiting_messages_are_cancelled(store: Database, editor_id: int) -> None:
    for number in range(3):
        move(store, receive(store, headline=f"Letter {number}"), editor_id, State.DECLINED)
    sent, refused = lease_due(store, now=NOON, limit=2)
    record_delivery(store, sent, server_words="250 OK", now=NOON)
    record_rejection(store, refused, server_words="550 No such mailbox")
    assert run_purge(store, LATER) == 3
    assert lease_due(store, now=LATER, limit=9) == []
    with store.transaction() as session:
        assert retry_all_dead_messages(session, LATER) == 0
        states = session.scalars(select(Message.state).order_by(Message.id)).all()
    assert states == [MessageState.SENT, MessageState.CALLED_BACK, MessageState.CALLED_BACK]


def test_a_locked_letter_is_left_for_the_next_purge(empty_postgres: Database) -> None:
    store = empty_postgres
    editor = add_editor(store, email="d@example.com", name="D", role=Role.EDITOR, password=PASSWORD, now=NOON)
    references = [receive(store, headline=f"Letter {number}") for number in range(2)]
    for reference in references:
        move(store, reference, editor, State.DECLINED)
    with store.transaction() as session:
        session.scalars(select(Letter).where(Letter.reference == references[0]).with_for_update()).one()
        assert run_purge(store, LATER) == 1
    assert run_purge(store, LATER) == 1


def test_concurrent_purges_purge_each_letter_once(store: Database) -> None:
    letters = LETTERS_PER_TRANSACTION + 20
    for number in range(letters):
        receive(store, headline=f"Letter {number}")
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(run_purge(store, LATER + timedelta(days=1))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.snapshot() as session:
        events = session.scalar(select(func.count()).where(Event.kind == EventKind.PURGED))
    # Each skips rows that the other has locked; together they purge each letter once.
    assert (sum(counts), events) == (letters, letters)


def test_a_purge_works_in_batches(sqlite: Database) -> None:
    for number in range(LETTERS_PER_TRANSACTION + 1):
        receive(sqlite, headline=f"Letter {number}")
    with sqlite.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    steps = [step.letters for step in purge(sqlite, [POLICY], LATER + timedelta(days=1))]
    assert steps == [LETTERS_PER_TRANSACTION, 1]


def test_the_worker_purges_once_a_day(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.installation.background_worker.now", lambda: LATER + timedelta(days=1))
    worker = BackgroundWorker(
        Settings(database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(POLICY,))
    )
    for headline, left in (("Trams", 0), ("Buses", 1)):
        receive(sqlite, headline=headline)
        with sqlite.transaction() as session:
            session.execute(update(Letter).values(state=State.DECLINED))
        worker.lapse_and_purge()
        with sqlite.snapshot() as session:
            assert session.scalar(select(func.count()).where(Particulars.contact.is_not(None))) == left
    worker.stop()


def many_declined(store: Database, letters: int) -> None:
    for number in range(letters):
        receive(store, headline=f"Letter {number}")
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))


def worker_at(store: Database, moment: datetime, monkeypatch: pytest.MonkeyPatch) -> BackgroundWorker:
    monkeypatch.setattr("webapp.installation.background_worker.now", lambda: moment)
    return BackgroundWorker(
        Settings(database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(POLICY,))
    )


@pytest.mark.parametrize(("days_late", "left"), [(1, 0), (400, 5)])
def test_what_is_due_for_long_waits_for_a_person(
    sqlite: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    days_late: int,
    left: int,
) -> None:
    many_declined(sqlite, 5)
    moment = LATER + timedelta(days=days_late)
    worker = worker_at(sqlite, moment, monkeypatch)
    worker.lapse_and_purge()
    worker.stop()
    with sqlite.snapshot() as session:
        assert session.scalar(select(func.count()).where(Particulars.contact.is_not(None))) == left
    assert ("5 of 5 letters" in caplog.text) is bool(left)
    # The person's command.
    assert run_purge(sqlite, moment) == left


@pytest.mark.parametrize(
    ("overdue", "kept", "needs_person"),
    [(0, 0, False), (3, 3, False), (4, 4, True), (4, 40, False), (5, 40, True), (1000, 10_000, False)],
)
def test_some_letters_may_be_overdue(overdue: int, kept: int, *, needs_person: bool) -> None:
    assert PurgeForecast(overdue, kept).needs_person is needs_person


def test_a_forecast_counts_what_is_overdue(store: Database) -> None:
    many_declined(store, 3)
    with store.snapshot() as session:
        for late, overdue in ((OVERDUE_AFTER - timedelta(days=1), 0), (OVERDUE_AFTER, 3)):
            assert forecast_purge(session, [POLICY], LATER + late) == PurgeForecast(overdue, 3)


def test_nothing_is_purged_after_the_clock_was_set(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    many_declined(sqlite, 2)
    worker = worker_at(sqlite, LATER + timedelta(days=1), monkeypatch)
    with monkeypatch.context() as patched:
        patched.setattr(ClockTrust, "is_trusted", lambda _: False)
        worker.lapse_and_purge()
    with sqlite.snapshot() as session:
        assert session.scalar(select(func.count()).where(Particulars.contact.is_not(None))) == 2
    worker.stop()


def test_a_claimed_letter_is_not_purged(store: Database, editor_id: int) -> None:
    reference = receive(store)
    policy = dataclasses.replace(HERALD, retention_days=MappingProxyType({State.RECEIVED: DAYS}))
    with store.transaction() as session:
        claim(session, reference, by=acting(editor_id), now=LATER)
    until = LATER + CLAIM_DURATION
    assert sum(step.letters for step in purge(store, [policy], until - timedelta(microseconds=1))) == 0
    assert sum(step.letters for step in purge(store, [policy], until)) == 1


@pytest.mark.parametrize("start", [State.RECEIVED, State.DECLINED, State.SCHEDULED])
def test_a_purged_letter_can_not_move_towards_print(store: Database, editor_id: int, start: State) -> None:
    reference = receive(store)
    way = {State.DECLINED: [State.DECLINED], State.SCHEDULED: [State.SHORTLISTED, State.SCHEDULED]}
    for state in way.get(start, []):
        move(store, reference, editor_id, state)
    with store.transaction() as session:
        number = session.scalars(select(Letter.id)).one()
        remove_personal_data(session, {number: start}, LATER)
    for state in (State.RECEIVED, State.SHORTLISTED, State.SCHEDULED):
        with pytest.raises(IllegalMoveError):
            move(store, reference, editor_id, state)
    with store.snapshot() as session:
        version = session.scalars(select(Letter.version)).one()
    with pytest.raises(NothingToUndoError), store.transaction() as session:
        undo_move(
            session,
            lock_letter(session, reference, with_particulars=True),
            version,
            by=acting(editor_id),
            now=LATER,
        )
    ends = {State.RECEIVED: State.DECLINED, State.SCHEDULED: State.HELD}
    if end := ends.get(start):
        move(store, reference, editor_id, end)
