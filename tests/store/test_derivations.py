"""Derived data: whoever stores a letter queues it, and only the wanted version takes it out of the queue."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tests.samples import HERALD, NOON, letter
from tests.simultaneous import run_concurrently
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.search.index import EDITORS_NOTES, FULL_TEXT_INDEX, index_letter
from webapp.letters.search.reindexing import index_outdated_letters
from webapp.letters.similar.fingerprint_index import PASSAGE_FINGERPRINTS
from webapp.rules.enums import State
from webapp.store import derivations
from webapp.store.database import Database
from webapp.store.derivations import (
    Derivation,
    count_queued_letters,
    process_queued_letters,
    raise_version,
    record_all_as_derived,
)
from webapp.store.models import (
    CallOutcome,
    Channel,
    EditedCopy,
    Event,
    EventKind,
    Letter,
    LetterToCompare,
    LetterToIndex,
    Particulars,
)

NEXT_INDEX = replace(FULL_TEXT_INDEX, version=FULL_TEXT_INDEX.version + 1)
STILL_WAITING = 0.3
"""Seconds after which a thread that waits for a lock would have ended without it."""


def receive(intake: Intake, headline: str = "Trams") -> None:
    intake.receive(letter(headline=headline), HERALD, Arrival(channel=Channel.FORM, at=NOON))


def queued(store: Database, derivation: Derivation) -> list[int]:
    """Return the ids of the letters that wait for the version of ``derivation``."""
    queue = derivation.queue
    with store.snapshot() as session:
        waiting = select(queue.letter_id).where(queue.derived_by < derivation.version)
        found = list(session.scalars(waiting.order_by(queue.letter_id)))
        assert count_queued_letters(session, derivation, most=99) == len(found)
        return found


def process(store: Database, derivation: Derivation) -> list[int]:
    """Do as a worker of that version does; return the ids of the letters that it derives."""
    processed: list[int] = []

    def derive(_session: Session, letter_ids: Sequence[int]) -> None:
        processed.extend(letter_ids)

    process_queued_letters(store, derivation, derive, most=99)
    return processed


def an_event(
    letter_id: int,
    kind: EventKind = EventKind.NOTED,
    *,
    note: str = "Call again.",
    editor_id: int | None = None,
) -> Event:
    """Return an event with what the database requires of its kind."""
    event = Event(letter_id=letter_id, kind=kind, at=NOON, note=note, editor_id=editor_id)
    if kind is EventKind.CALLED:
        event.outcome = CallOutcome.CONFIRMED
    if kind is EventKind.MOVED:
        event.from_state, event.to_state = State.RECEIVED, State.HELD
    return event


@pytest.fixture
def letter_id(store: Database, intake: Intake) -> int:
    """The id of a letter that waits for nothing."""
    receive(intake)
    process(store, PASSAGE_FINGERPRINTS)
    with store.snapshot() as session:
        return session.scalars(select(Letter.id)).one()


def test_a_new_letter_waits_for_its_fingerprints_alone(store: Database, intake: Intake) -> None:
    receive(intake)
    assert (len(queued(store, PASSAGE_FINGERPRINTS)), queued(store, FULL_TEXT_INDEX)) == (1, [])


def test_a_letter_by_code_that_knows_no_queues_waits_for_all(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.letters.search.index.remove_from_queue", lambda *_: None)
    receive(intake)
    assert len(queued(store, PASSAGE_FINGERPRINTS)) == len(queued(store, FULL_TEXT_INDEX)) == 1
    assert index_outdated_letters(store) == 1
    assert queued(store, FULL_TEXT_INDEX) == []


def test_code_that_fills_the_queue_of_comparisons_itself_is_not_refused(
    store: Database, intake: Intake
) -> None:
    receive(intake)
    with store.transaction() as session:
        letter_id = session.scalars(select(Letter.id)).one()
        session.execute(insert(LetterToCompare), {"letter_id": letter_id})
    assert queued(store, PASSAGE_FINGERPRINTS) == [letter_id]


@pytest.mark.parametrize("kind", EventKind)
def test_a_note_queues_its_letter_if_it_is_indexed(
    store: Database, letter_id: int, editor_id: int, kind: EventKind
) -> None:
    with store.transaction() as session:
        session.add(an_event(letter_id, kind, note="", editor_id=editor_id))
    assert queued(store, FULL_TEXT_INDEX) == []
    with store.transaction() as session:
        session.add(an_event(letter_id, kind, editor_id=editor_id))
    assert queued(store, FULL_TEXT_INDEX) == ([letter_id] if kind in EDITORS_NOTES else [])


def test_an_edited_copy_and_a_changed_name_queue_the_letter_until_it_is_indexed(
    store: Database, letter_id: int, editor_id: int
) -> None:
    edited = EditedCopy(
        letter_id=letter_id, number=1, headline="", body="Slow", word_count=1, editor_id=editor_id, at=NOON
    )
    no_name = update(Particulars).where(Particulars.letter_id == letter_id).values(printed_name="")
    for statement in (edited, no_name):
        with store.transaction() as session:
            if isinstance(statement, EditedCopy):
                session.add(statement)
            else:
                session.execute(statement)
        assert queued(store, FULL_TEXT_INDEX) == [letter_id]
        with store.transaction() as session:
            index_letter(session, letter_id)
        assert queued(store, FULL_TEXT_INDEX) == []


def test_raising_a_version_queues_all_letters_once(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derivations, "QUEUED_PER_TRANSACTION", 2)
    for number in range(5):
        receive(intake, headline=f"No. {number}")
    run_concurrently([lambda: raise_version(store, NEXT_INDEX)] * 2)
    assert len(queued(store, NEXT_INDEX)) == 5
    assert len(process(store, NEXT_INDEX)) == 5
    raise_version(store, NEXT_INDEX)
    raise_version(store, FULL_TEXT_INDEX)
    assert queued(store, NEXT_INDEX) == []


def test_an_interrupted_queueing_begins_again(
    store: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        receive(intake, headline=f"No. {number}")
    with monkeypatch.context() as interrupted:
        interrupted.setattr(derivations, "_queue_next_letters", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            raise_version(store, NEXT_INDEX)
    assert queued(store, NEXT_INDEX) == []
    raise_version(store, NEXT_INDEX)
    assert len(queued(store, NEXT_INDEX)) == 3


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_earlier_version_derives_and_leaves_the_letter_to_the_wanted_one(
    store: Database, letter_id: int
) -> None:
    raise_version(store, NEXT_INDEX)
    assert process(store, FULL_TEXT_INDEX) == [letter_id]
    assert (process(store, FULL_TEXT_INDEX), queued(store, NEXT_INDEX)) == ([], [letter_id])
    assert process(store, NEXT_INDEX) == [letter_id]
    assert queued(store, NEXT_INDEX) == []


def test_what_an_earlier_version_indexes_waits_for_the_wanted_one(store: Database, intake: Intake) -> None:
    raise_version(store, NEXT_INDEX)
    receive(intake)
    (letter_id,) = queued(store, NEXT_INDEX)
    process(store, NEXT_INDEX)
    with store.transaction() as session:
        session.add(an_event(letter_id))
        session.flush()
        index_letter(session, letter_id)
    assert queued(store, NEXT_INDEX) == [letter_id]


def test_a_letter_that_is_being_stored_while_the_version_is_raised_is_queued(
    store: Database, letter_id: int
) -> None:
    with store.transaction() as session:
        session.add(an_event(letter_id))
        session.flush()
        index_letter(session, letter_id)
        raising = threading.Thread(target=raise_version, args=(store, NEXT_INDEX))
        raising.start()
        raising.join(STILL_WAITING)
        assert raising.is_alive()
    raising.join()
    assert queued(store, NEXT_INDEX) == [letter_id]


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_indexing_does_not_wait_for_a_worker_at_the_same_letter(store: Database, letter_id: int) -> None:
    """The worker would wait for the letter meanwhile: a deadlock."""
    with store.transaction() as session:
        session.add(an_event(letter_id))
    with store.transaction() as worker:
        worker.execute(select(LetterToIndex.letter_id).with_for_update())
        with store.transaction() as session:
            index_letter(session, letter_id)
        worker.execute(delete(LetterToIndex))


def test_after_a_restore_nothing_is_indexed_again(store: Database, letter_id: int) -> None:
    with store.transaction() as session:
        session.add(an_event(letter_id))
    with store.transaction() as session:
        record_all_as_derived(session, FULL_TEXT_INDEX)
    raise_version(store, FULL_TEXT_INDEX)
    assert queued(store, FULL_TEXT_INDEX) == []
