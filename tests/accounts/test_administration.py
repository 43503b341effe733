"""Account administration by chiefs: roles, ending and reopening accounts; the last chief stays."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.samples import HERALD, NOON, PASSWORD, letter
from webapp.accounts.administration import (
    EditorMissingError,
    LastChiefError,
    account_summaries,
    add_editor,
    change_role,
    end_account,
    reopen_account,
    set_second_factor_required,
)
from webapp.accounts.sign_ins import create_sign_in, signed_in_editor
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import (
    AccountEvent,
    AccountEventKind,
    Channel,
    Editor,
    Event,
    EventKind,
    Letter,
    Role,
)

LATER = NOON + timedelta(minutes=5)


def add_account(store: Database, name: str, role: Role) -> int:
    return add_editor(
        store, email=f"{name.lower()}@example.com", name=name, role=role, password=PASSWORD, now=NOON
    )


@pytest.fixture
def chief_id(store: Database) -> int:
    """A chief."""
    return add_account(store, "Cleo", Role.CHIEF)


@pytest.fixture
def claimed(store: Database, intake: Intake, chief_id: int, editor_id: int) -> int:
    """A letter that the editor has claimed."""
    del chief_id
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with store.transaction() as session:
        session.execute(update(Letter).values(claimed_by_id=editor_id, claimed_at=NOON, claimed_until=LATER))
        return session.scalars(select(Letter.id)).one()


def event_kinds(store: Database, editor_id: int) -> Sequence[AccountEventKind]:
    with store.snapshot() as session:
        return session.scalars(
            select(AccountEvent.kind).where(AccountEvent.editor_id == editor_id).order_by(AccountEvent.id)
        ).all()


def test_ending_an_account_ends_its_sign_ins_and_releases_its_claims(
    store: Database, chief_id: int, editor_id: int, claimed: int
) -> None:
    with store.transaction() as session:
        token = create_sign_in(session, editor_id, fingerprint=None, browser="", now=NOON)
    with store.transaction() as session:
        version = session.get_one(Letter, claimed).version
        end_account(session, editor_id, now=NOON, by_id=chief_id)
    with store.snapshot() as session:
        assert not signed_in_editor(session, token, NOON)
        released_letter = session.get_one(Letter, claimed)
        event = session.scalars(select(Event).where(Event.kind == EventKind.RELEASED)).one()
    assert (released_letter.claimed_by_id, released_letter.claimed_at, released_letter.claimed_until) == (
        None,
        None,
        None,
    )
    assert released_letter.version == version, "nobody's page of it is stale"
    assert (event.letter_id, event.editor_id, event.concerns_id) == (claimed, chief_id, editor_id)
    assert event_kinds(store, editor_id) == [
        AccountEventKind.SIGNED_IN,
        AccountEventKind.SIGNED_OUT_EVERYWHERE,
        AccountEventKind.ENDED,
    ]


def test_becoming_a_reader_releases_claims(store: Database, editor_id: int, claimed: int) -> None:
    with store.transaction() as session:
        change_role(session, editor_id, Role.READER, now=NOON)
    with store.snapshot() as session:
        assert session.get_one(Letter, claimed).claimed_by_id is None


@pytest.mark.usefixtures("chief_id")
def test_a_reopened_account_has_to_sign_in_again(store: Database, editor_id: int) -> None:
    with store.transaction() as session:
        token = create_sign_in(session, editor_id, fingerprint=None, browser="", now=NOON)
        end_account(session, editor_id, now=NOON)
    with store.transaction() as session:
        reopen_account(session, editor_id, now=LATER)
    with store.snapshot() as session:
        assert session.get_one(Editor, editor_id).ended_at is None
        assert not signed_in_editor(session, token, LATER)


def test_a_change_of_role_is_recorded_once_with_both_roles(
    store: Database, chief_id: int, editor_id: int
) -> None:
    with store.transaction() as session:
        change_role(session, editor_id, Role.CHIEF, now=NOON, by_id=chief_id)
        change_role(session, editor_id, Role.CHIEF, now=NOON, by_id=chief_id)
    with store.snapshot() as session:
        event = session.scalars(select(AccountEvent)).one()
    assert (event.kind, event.note, event.by_id) == (
        AccountEventKind.ROLE_CHANGED,
        "editor chief",
        chief_id,
    )


def test_the_last_chief_stays_one(store: Database, chief_id: int) -> None:
    other = add_account(store, "Otto", Role.CHIEF)
    with store.transaction() as session:
        end_account(session, other, now=NOON)
    with pytest.raises(LastChiefError), store.transaction() as session:
        change_role(session, chief_id, Role.EDITOR, now=NOON)
    with pytest.raises(LastChiefError), store.transaction() as session:
        end_account(session, chief_id, now=NOON)
    with store.snapshot() as session:
        chief = session.get_one(Editor, chief_id)
    assert (chief.role, chief.ended_at) == (Role.CHIEF, None)


@pytest.mark.parametrize("how", ["demote", "end"])
def test_chiefs_removed_concurrently_leave_one(store: Database, chief_id: int, how: str) -> None:
    chiefs = [chief_id, *(add_account(store, f"Chief{number}", Role.CHIEF) for number in range(3))]

    def remove_chief(editor_id: int) -> bool:
        try:
            with store.transaction() as session:
                if how == "demote":
                    change_role(session, editor_id, Role.EDITOR, now=NOON)
                else:
                    end_account(session, editor_id, now=NOON)
        except LastChiefError:
            return False
        return True

    with ThreadPoolExecutor(len(chiefs)) as threads:
        assert sorted(threads.map(remove_chief, chiefs)) == [False, True, True, True]


def test_a_required_second_factor_must_be_set_up(store: Database, chief_id: int, editor_id: int) -> None:
    with store.transaction() as session:
        token = create_sign_in(session, editor_id, fingerprint=None, browser="", now=NOON)
    for required in (True, False):
        with store.transaction() as session:
            set_second_factor_required(session, editor_id, required=required, now=NOON, by_id=chief_id)
        with store.snapshot() as session:
            signed_in = signed_in_editor(session, token, NOON)
        assert signed_in
        assert signed_in.must_set_up_second_factor is required


def test_the_list_shows_the_last_sign_in_and_ended_accounts_last(
    store: Database, chief_id: int, editor_id: int
) -> None:
    add_account(store, "Zora", Role.READER)
    with store.transaction() as session:
        create_sign_in(session, chief_id, fingerprint=None, browser="", now=NOON)
        create_sign_in(session, chief_id, fingerprint=None, browser="", now=LATER)
        end_account(session, editor_id, now=NOON)
    with store.snapshot() as session:
        rows = account_summaries(session)
    assert [(row.editor.name, row.last_signed_in_at) for row in rows] == [
        ("Cleo", LATER),
        ("Zora", None),
        ("Dana", None),
    ]


def test_a_missing_account_can_not_be_ended(store: Database) -> None:
    with pytest.raises(EditorMissingError), store.transaction() as session:
        end_account(session, 1, now=NOON)
