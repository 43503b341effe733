"""Particulars go when a paper's time for keeping them is over, and not before; what stays is known."""

import dataclasses
import threading
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import func, select, text, update

from tests.letters.privacy.letters_to_purge import DAYS, LATER, POLICY, WITHHELD, kept, move, purged, receive
from tests.samples import HERALD, NOON, PASSWORD, SEAL, SECRET_KEY, acting
from webapp.accounts.accounts import add_editor
from webapp.installation.background_worker import Worker
from webapp.installation.settings import Settings
from webapp.letters.editing.claims import CLAIM_LASTS, claim
from webapp.letters.editing.undo import NothingToUndoError, undo_move
from webapp.letters.editing.workflow import IllegalMoveError, lock_letter
from webapp.letters.intake.writer_history import StoredRecord
from webapp.letters.privacy.retention import AT_ONCE, QUIET, REMOVED, due_for_purge, purge, take_away
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.messages.leases import lease_due, record_delivery, record_refusal
from webapp.messages.message_lists import try_all_again
from webapp.rules.frequency import WriterKeys
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Event, EventKind, Letter, Message, MessageState, Particulars, Role


def due(store: Database, now: datetime) -> dict[State, int]:
    with store.snapshot() as session:
        return {each.state: each.letters for each in due_for_purge(session, [POLICY], now) if each.letters}


@pytest.fixture
def declined(store: Database, editor_id: int) -> str:
    """A letter whose name was to be withheld, declined at noon."""
    reference = receive(store, **WITHHELD)
    move(store, reference, editor_id, State.DECLINED)
    return reference


def test_what_a_paper_keeps_no_longer_goes_and_the_rest_stays(store: Database, declined: str) -> None:
    before = kept(store, declined)
    assert (due(store, LATER - timedelta(seconds=1)), due(store, LATER)) == ({}, {State.DECLINED: 1})
    assert purged(store, LATER - timedelta(seconds=1)) == 0
    assert purged(store, LATER) == 1
    after = kept(store, declined)
    particulars, (message,) = after.particulars, after.messages
    assert particulars
    assert (particulars.contact, particulars.purged_at, particulars.name) == (None, LATER, "")
    assert (particulars.name_blind, particulars.phone_blind) == ("", "")
    assert before.particulars
    assert particulars.email_blind == before.particulars.email_blind != ""
    assert (message.recipient, message.text_body, message.html_body) == ("", "", "")
    assert message.state is MessageState.CALLED_BACK
    assert (after.withhold_reason, after.district) == (REMOVED, "")
    assert (after.version, after.body, after.headline) == (before.version, before.body, before.headline)
    assert [each.kind for each in after.events][-1] is EventKind.PURGED
    assert [each.id for each in after.events][:-1] == [each.id for each in before.events]


def test_a_name_that_went_is_found_no_more(store: Database, editor_id: int) -> None:
    references = [receive(store, headline=f"Letter {number}") for number in range(2)]
    move(store, references[0], editor_id, State.DECLINED)
    assert found(store, "tai-man") == set(references)
    assert purged(store, LATER) == 1
    assert found(store, "tai-man") == {references[1]}
    assert found(store, "tram") == set(references)


def found(store: Database, words: str) -> set[str]:
    with store.snapshot() as session:
        return {row.reference for row in queue_page(session, QueueFilter(words=words)).rows}


def test_purging_again_changes_nothing(store: Database, declined: str) -> None:
    assert purged(store, LATER) == 1
    once = kept(store, declined)
    assert purged(store, LATER + timedelta(days=1)) == 0
    assert len(kept(store, declined).events) == len(once.events)


def test_the_rules_on_frequency_go_on(store: Database, editor_id: int) -> None:
    reference = receive(store)
    move(store, reference, editor_id, State.DECLINED)
    assert purged(store, LATER) == 1
    with store.snapshot() as session:
        record = StoredRecord(session, HERALD.paper)
        keys = WriterKeys("tai-man@example.com", "+85221234567", "")
        (earlier,) = record.earlier_letters(keys, NOON.date())
        assert earlier.keys == WriterKeys("tai-man@example.com", "", "")
        assert not record.earlier_letters(WriterKeys("", "+85221234567", ""), NOON.date())


def test_a_name_in_print_stays(store: Database, editor_id: int) -> None:
    open_name, withheld = receive(store), receive(store, headline="Buses", **WITHHELD)
    for reference in (open_name, withheld):
        for state in (State.SHORTLISTED, State.SCHEDULED, State.PUBLISHED):
            move(store, reference, editor_id, state)
    assert purged(store, LATER) == 2
    names = [kept(store, reference).particulars for reference in (open_name, withheld)]
    assert [each.name for each in names if each] == ["Chan Tai-man", ""]
    assert kept(store, open_name).district == "Sai Ying Pun"


def test_time_runs_from_the_last_change_of_state(store: Database, declined: str, editor_id: int) -> None:
    move(store, declined, editor_id, State.RECEIVED, NOON + timedelta(days=10))
    assert purged(store, LATER + timedelta(days=100)) == 0, "no time is set for that state"
    again = NOON + timedelta(days=20)
    move(store, declined, editor_id, State.DECLINED, again)
    assert purged(store, again + timedelta(days=DAYS, seconds=-1)) == 0
    assert purged(store, again + timedelta(days=DAYS)) == 1


@pytest.mark.parametrize(
    "kind", [EventKind.EMAIL_CONFIRMED, EventKind.WITHDRAWN, EventKind.APPROVED, EventKind.OBJECTED]
)
def test_nothing_goes_within_a_week_of_a_word_from_the_writer(
    store: Database, declined: str, kind: EventKind
) -> None:
    spoke = LATER - timedelta(days=2)
    with store.transaction() as session:
        number = session.scalars(select(Letter.id).where(Letter.reference == declined)).one()
        session.add(Event(letter_id=number, kind=kind, at=spoke))
    assert purged(store, spoke + QUIET - timedelta(seconds=1)) == 0
    assert purged(store, spoke + QUIET) == 1


def test_nothing_goes_within_a_week_of_the_letter_itself_however_short_the_papers_time(
    store: Database, declined: str
) -> None:
    at_once = dataclasses.replace(HERALD, retention_days=MappingProxyType({State.DECLINED: 0}))
    for moment, letters in ((NOON + QUIET - timedelta(seconds=1), 0), (NOON + QUIET, 1)):
        with store.snapshot() as session:
            assert sum(each.letters for each in due_for_purge(session, [at_once], moment)) == letters
        assert sum(each.letters for each in purge(store, [at_once], moment)) == letters
    assert kept(store, declined).body


def test_nobody_is_written_to_any_more(store: Database, editor_id: int) -> None:
    for number in range(3):
        move(store, receive(store, headline=f"Letter {number}"), editor_id, State.DECLINED)
    sent, refused = lease_due(store, now=NOON, most=2)
    record_delivery(store, sent, server_words="250 OK", now=NOON)
    record_refusal(store, refused, server_words="550 No such mailbox")
    assert purged(store, LATER) == 3
    assert lease_due(store, now=LATER, most=9) == []
    with store.transaction() as session:
        assert try_all_again(session, LATER) == 0
        states = session.scalars(select(Message.state).order_by(Message.id)).all()
    assert states == [MessageState.SENT, MessageState.CALLED_BACK, MessageState.CALLED_BACK]


def test_a_letter_that_an_editor_is_at_is_left_for_the_next_time(
    postgres_store: Database, request: pytest.FixtureRequest
) -> None:
    store: Database = postgres_store
    request.addfinalizer(lambda: empty(store))
    editor = add_editor(store, email="d@example.com", name="D", role=Role.EDITOR, password=PASSWORD, now=NOON)
    references = [receive(store, headline=f"Letter {number}") for number in range(2)]
    for reference in references:
        move(store, reference, editor, State.DECLINED)
    with store.transaction() as session:
        session.scalars(select(Letter).where(Letter.reference == references[0]).with_for_update()).one()
        assert purged(store, LATER) == 1
    assert purged(store, LATER) == 1


def empty(store: Database) -> None:
    with store.transaction() as session:
        session.execute(text("TRUNCATE letters, editors CASCADE"))


def test_two_purges_at_once_purge_each_letter_once(store: Database) -> None:
    letters = AT_ONCE + 20
    for number in range(letters):
        receive(store, headline=f"Letter {number}")
    with store.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(purged(store, LATER + timedelta(days=1))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.snapshot() as session:
        events = session.scalar(select(func.count()).where(Event.kind == EventKind.PURGED))
    # One of them may have left letters to the other; none is purged twice.
    assert (sum(counts), events) == (letters, letters)


def test_a_purge_holds_the_store_up_for_some_letters_at_a_time(sqlite: Database) -> None:
    for number in range(AT_ONCE + 1):
        receive(sqlite, headline=f"Letter {number}")
    with sqlite.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    steps = [step.letters for step in purge(sqlite, [POLICY], LATER + timedelta(days=1))]
    assert steps == [AT_ONCE, 1]


def test_the_worker_purges_once_a_day(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.installation.background_worker.now", lambda: LATER + timedelta(days=1))
    worker = Worker(Settings(database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(POLICY,)))
    for headline, left in (("Trams", 0), ("Buses", 1)):
        receive(sqlite, headline=headline)
        with sqlite.transaction() as session:
            session.execute(update(Letter).values(state=State.DECLINED))
        worker.tidy()
        with sqlite.snapshot() as session:
            assert session.scalar(select(func.count()).where(Particulars.contact.is_not(None))) == left
    worker.stop()


def test_nothing_is_purged_from_under_an_editor_who_is_on_the_letter(store: Database, editor_id: int) -> None:
    reference = receive(store)
    policy = dataclasses.replace(HERALD, retention_days=MappingProxyType({State.RECEIVED: DAYS}))
    with store.transaction() as session:
        claim(session, reference, by=acting(editor_id), now=LATER)
    assert sum(step.letters for step in purge(store, [policy], LATER)) == 0
    assert sum(step.letters for step in purge(store, [policy], LATER + CLAIM_LASTS)) == 1


@pytest.mark.parametrize("start", [State.RECEIVED, State.DECLINED, State.SCHEDULED])
def test_a_letter_of_whose_writer_nothing_is_kept_comes_no_nearer_to_print(
    store: Database, editor_id: int, start: State
) -> None:
    reference = receive(store)
    way = {State.DECLINED: [State.DECLINED], State.SCHEDULED: [State.SHORTLISTED, State.SCHEDULED]}
    for state in way.get(start, []):
        move(store, reference, editor_id, state)
    with store.transaction() as session:
        number = session.scalars(select(Letter.id)).one()
        take_away(session, {number: start}, LATER)
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
