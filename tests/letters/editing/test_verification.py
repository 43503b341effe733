"""Verification calls: outcomes that confirm or revoke, and the record of each look at particulars."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.samples import NOON, acting
from webapp.letters.editing.claims import claim
from webapp.letters.editing.verification import (
    Call,
    CallNoteMissingError,
    record_call,
    record_particulars_view,
)
from webapp.letters.editing.workflow import LONGEST_NOTE, ClaimedByOtherError, NoteTooLongError
from webapp.letters.lookup import LetterMissingError, letter_for_desk
from webapp.store.database import Database
from webapp.store.models import CallOutcome, Event, EventKind, Letter

LATER = NOON + timedelta(hours=2)
CONFIRMED = Call(outcome=CallOutcome.CONFIRMED)


def read(store: Database, reference: str) -> Letter:
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def call_writer(store: Database, reference: str, editor_id: int, call: Call) -> None:
    with store.transaction() as session:
        record_call(session, reference, call, by=acting(editor_id), now=LATER)


def test_a_call_is_recorded_with_editor_time_and_note(
    store: Database, reference: str, editor_id: int
) -> None:
    call_writer(store, reference, editor_id, Call(outcome=CallOutcome.CONFIRMED, note="At the second try."))
    rung = read(store, reference)
    event = rung.events[-1]
    assert (event.kind, event.outcome) == (EventKind.CALLED, CallOutcome.CONFIRMED)
    assert (event.editor_id, event.at, event.note) == (editor_id, LATER, "At the second try.")
    assert (rung.call_confirmed_at, rung.version) == (LATER, 1)


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        (CallOutcome.CONFIRMED, True),
        (CallOutcome.VOICEMAIL, True),
        (CallOutcome.NO_ANSWER, True),
        (CallOutcome.WRONG_NUMBER, False),
        (CallOutcome.DENIED, False),
        (CallOutcome.CHANGED, False),
    ],
)
def test_which_outcomes_revoke_an_earlier_confirmation(
    store: Database, reference: str, editor_id: int, outcome: CallOutcome, *, holds: bool
) -> None:
    call_writer(store, reference, editor_id, CONFIRMED)
    call_writer(store, reference, editor_id, Call(outcome=outcome, note="As said."))
    assert (read(store, reference).call_confirmed_at is not None) is holds


@pytest.mark.parametrize("outcome", [each for each in CallOutcome if each is not CallOutcome.CONFIRMED])
def test_only_one_outcome_confirms(
    store: Database, reference: str, editor_id: int, outcome: CallOutcome
) -> None:
    call_writer(store, reference, editor_id, Call(outcome=outcome, note="As said."))
    assert read(store, reference).call_confirmed_at is None


def test_a_wanted_change_needs_a_note(store: Database, reference: str, editor_id: int) -> None:
    with pytest.raises(CallNoteMissingError):
        call_writer(store, reference, editor_id, Call(outcome=CallOutcome.CHANGED))
    assert len(read(store, reference).events) == 1


def test_a_note_has_a_limit(store: Database, reference: str, editor_id: int) -> None:
    call = Call(outcome=CallOutcome.VOICEMAIL, note="x" * (LONGEST_NOTE + 1))
    with pytest.raises(NoteTooLongError):
        call_writer(store, reference, editor_id, call)


def test_a_claimed_letter_gets_no_call_from_a_colleague(
    store: Database, reference: str, editor_id: int
) -> None:
    with store.transaction() as session:
        claim(session, reference, by=acting(editor_id), now=LATER)
    with pytest.raises(ClaimedByOtherError):
        call_writer(store, reference, editor_id + 1, CONFIRMED)
    call_writer(store, reference, editor_id, CONFIRMED)
    assert read(store, reference).call_confirmed_at == LATER


def test_each_look_at_particulars_is_recorded(store: Database, reference: str, editor_id: int) -> None:
    for _ in range(2):
        with store.transaction() as session:
            record_particulars_view(session, reference, by=acting(editor_id), now=LATER)
    looks = read(store, reference).events[1:]
    assert [(event.kind, event.editor_id) for event in looks] == [(EventKind.PARTICULARS_SEEN, editor_id)] * 2


def test_a_call_about_a_missing_letter(store: Database, editor_id: int) -> None:
    with pytest.raises(LetterMissingError):
        call_writer(store, "NOSUCHRF", editor_id, CONFIRMED)


def test_a_call_without_an_outcome_is_refused_by_the_database(
    store: Database, reference: str, editor_id: int
) -> None:
    letter_id = read(store, reference).id
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(Event(letter_id=letter_id, kind=EventKind.CALLED, at=LATER, editor_id=editor_id))
