"""Particulars go at once where their owner wants it, and the letter with them unless it was decided on."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from tests.letters.privacy.letters_to_purge import WITHHELD, kept, move, receive
from tests.samples import NOON
from webapp.letters.intake.email_confirmation import confirm_email
from webapp.letters.privacy.erasure import KnownBy, NobodyMeantError, Sought, erase, letters_of
from webapp.letters.privacy.retention import REMOVED
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import EventKind, Letter


def people(store: Database, sought: Sought) -> Sequence[Letter]:
    with store.snapshot() as session:
        return letters_of(session, sought, {"HK"})


@pytest.mark.parametrize("known_by", list(KnownBy))
def test_what_names_nobody_is_told(store: Database, known_by: KnownBy) -> None:
    if known_by is KnownBy.REFERENCE:
        assert people(store, Sought(known_by, "?")) == []
        return
    with pytest.raises(NobodyMeantError):
        people(store, Sought(known_by, "?"))


def test_erasing_is_at_once_and_withdraws_what_was_not_decided_on(store: Database, editor_id: int) -> None:
    fresh, scheduled, declined = (receive(store, headline=f"Letter {n}", **WITHHELD) for n in range(3))
    somebody_else = receive(store, email="jo@example.com")
    move(store, scheduled, editor_id, State.SHORTLISTED)
    move(store, scheduled, editor_id, State.SCHEDULED)
    move(store, declined, editor_id, State.DECLINED)
    with store.transaction() as session:
        confirm_email(session, session.scalars(select(Letter).where(Letter.reference == fresh)).one(), NOON)
    sought = Sought(KnownBy.EMAIL, "Tai-Man@example.com")
    with store.transaction() as session:
        letters = letters_of(session, sought, {"HK"})
        assert erase(session, letters, editor_id=editor_id, now=NOON) == 3
    states = [kept(store, reference).state for reference in (fresh, scheduled, declined)]
    assert states == [State.WITHDRAWN, State.WITHDRAWN, State.DECLINED]
    for reference in (fresh, scheduled, declined):
        letter = kept(store, reference)
        assert letter.particulars
        assert letter.particulars.contact is None
        assert (letter.withhold_reason, letter.clearance) == (REMOVED, None)
        last = letter.events[-1]
        assert (last.kind, last.editor_id) == (EventKind.ERASED, editor_id)
    assert kept(store, scheduled).version == 4
    other = kept(store, somebody_else).particulars
    assert other
    assert other.email == "jo@example.com"
    with store.transaction() as session:
        letters = letters_of(session, sought, {"HK"})
        assert len(letters) == 3, "a trace of the address stays"
        assert erase(session, letters, editor_id=None, now=NOON) == 0


def test_who_was_erased_can_send_the_same_letter_again(store: Database) -> None:
    first = receive(store)
    with store.transaction() as session:
        erase(
            session, letters_of(session, Sought(KnownBy.REFERENCE, first), {"HK"}), editor_id=None, now=NOON
        )
    second = receive(store)
    assert first != second
    assert kept(store, second).state is State.RECEIVED
