"""Erasure: particulars are removed at once, and letters that weren't decided on are withdrawn."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from tests.letters.privacy.letters_to_purge import WITHHELD, load_letter, move, receive
from tests.samples import NOON
from webapp.letters.intake.email_confirmation import confirm_email
from webapp.letters.privacy.erasure import erase_personal_data
from webapp.letters.privacy.person_search import (
    IdentifierKind,
    PersonQuery,
    UnreadableIdentifierError,
    find_letters_of_person,
)
from webapp.letters.privacy.retention import REMOVED_REASON
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import EventKind, Letter


def find_letters(store: Database, sought: PersonQuery) -> Sequence[Letter]:
    with store.snapshot() as session:
        return find_letters_of_person(session, sought, {"HK"})


@pytest.mark.parametrize("identifier_kind", list(IdentifierKind))
def test_an_unreadable_identifier_is_refused(store: Database, identifier_kind: IdentifierKind) -> None:
    if identifier_kind is IdentifierKind.REFERENCE:
        assert find_letters(store, PersonQuery(identifier_kind, "?")) == []
        return
    with pytest.raises(UnreadableIdentifierError):
        find_letters(store, PersonQuery(identifier_kind, "?"))


def test_erasing_withdraws_undecided_letters(store: Database, editor_id: int) -> None:
    fresh, scheduled, declined = (receive(store, headline=f"Letter {n}", **WITHHELD) for n in range(3))
    somebody_else = receive(store, email="jo@example.com")
    move(store, scheduled, editor_id, State.SHORTLISTED)
    move(store, scheduled, editor_id, State.SCHEDULED)
    move(store, declined, editor_id, State.DECLINED)
    with store.transaction() as session:
        confirm_email(session, session.scalars(select(Letter).where(Letter.reference == fresh)).one(), NOON)
    sought = PersonQuery(IdentifierKind.EMAIL, "Tai-Man@example.com")
    with store.transaction() as session:
        letters = find_letters_of_person(session, sought, {"HK"})
        assert erase_personal_data(session, letters, editor_id=editor_id, now=NOON) == 3
    states = [load_letter(store, reference).state for reference in (fresh, scheduled, declined)]
    assert states == [State.WITHDRAWN, State.WITHDRAWN, State.DECLINED]
    for reference in (fresh, scheduled, declined):
        letter = load_letter(store, reference)
        assert letter.particulars
        assert letter.particulars.contact is None
        assert (letter.withhold_reason, letter.clearance) == (REMOVED_REASON, None)
        last = letter.events[-1]
        assert (last.kind, last.editor_id) == (EventKind.ERASED, editor_id)
    assert load_letter(store, scheduled).version == 4
    other = load_letter(store, somebody_else).particulars
    assert other
    assert other.email == "jo@example.com"
    with store.transaction() as session:
        letters = find_letters_of_person(session, sought, {"HK"})
        assert len(letters) == 3, "a trace of the address stays"
        assert erase_personal_data(session, letters, editor_id=None, now=NOON) == 0


def test_the_same_letter_can_be_sent_again_after_an_erasure(store: Database) -> None:
    first = receive(store)
    with store.transaction() as session:
        erase_personal_data(
            session,
            find_letters_of_person(session, PersonQuery(IdentifierKind.REFERENCE, first), {"HK"}),
            editor_id=None,
            now=NOON,
        )
    second = receive(store)
    assert first != second
    assert load_letter(store, second).state is State.RECEIVED
