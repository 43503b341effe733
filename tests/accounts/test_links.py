"""Links to make an account or choose a password: once, in time, and for whom they were made."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.samples import NOON, PASSWORD
from webapp.accounts.accounts import EditorExistsError, EditorRefusedError, add_editor, hashed
from webapp.accounts.links import (
    INVITATION_LASTS,
    RESET_LASTS,
    LinkDeadError,
    accept_invitation,
    ask_for_reset,
    invite,
    open_link,
    reset_password,
    take_back_invitation,
    waiting_invitations,
)
from webapp.accounts.sign_ins import check_password, signed_in_editor, start_sign_in
from webapp.accounts.team import change_role, end_account
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, AccountLink, AccountLinkKind, Editor, Role

NEW = hashed("another good password")
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def chief_id(store: Database) -> int:
    """A chief of the empty store."""
    return add_editor(
        store, email="chief@example.com", name="Cleo", role=Role.CHIEF, password=PASSWORD, now=NOON
    )


def invited(store: Database, chief_id: int, email: str = "noor@example.com") -> str:
    with store.transaction() as session:
        return invite(session, email=email, name="Noor", role=Role.EDITOR, by_id=chief_id, now=NOON)


def accepted(store: Database, token: str, after: timedelta = timedelta(minutes=5)) -> bool:
    try:
        with store.transaction() as session:
            accept_invitation(session, token, name="Noor", password_hash=NEW, now=NOON + after)
    except LinkDeadError:
        return False
    return True


def asked(store: Database, editor_id: int) -> str:
    with store.transaction() as session:
        return ask_for_reset(session, session.get_one(Editor, editor_id), now=NOON)


def renewed(store: Database, token: str, after: timedelta = timedelta(minutes=5)) -> bool:
    try:
        with store.transaction() as session:
            reset_password(session, token, NEW, now=NOON + after)
    except LinkDeadError:
        return False
    return True


def test_an_invitation_makes_one_account_of_the_role_it_names(store: Database, chief_id: int) -> None:
    token = invited(store, chief_id)
    assert accepted(store, token)
    assert not accepted(store, token)
    with store.snapshot() as session:
        noor = session.scalars(select(Editor).where(Editor.email == "noor@example.com")).one()
        events = session.execute(
            select(AccountEvent.kind, AccountEvent.editor_id, AccountEvent.by_id).order_by(AccountEvent.id)
        ).all()
        assert not waiting_invitations(session, LATER)
    assert (noor.name, noor.role) == ("Noor", Role.EDITOR)
    assert [tuple(event) for event in events] == [
        (AccountEventKind.INVITED, chief_id, None),
        (AccountEventKind.JOINED, noor.id, chief_id),
    ]


def test_only_a_digest_of_a_link_is_kept(store: Database, chief_id: int) -> None:
    token = invited(store, chief_id)
    with store.snapshot() as session:
        link = session.scalars(select(AccountLink)).one()
    assert token.encode() not in link.token_digest


def test_looking_at_a_link_changes_nothing(store: Database, chief_id: int) -> None:
    token = invited(store, chief_id)
    for _ in range(3):
        with store.snapshot() as session:
            assert open_link(session, AccountLinkKind.INVITATION, token, LATER).email == "noor@example.com"
    assert accepted(store, token)


def test_of_two_who_take_a_link_up_at_once_one_gets_the_account(store: Database, chief_id: int) -> None:
    token = invited(store, chief_id)
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: accepted(store, token), range(4))) == [False, False, False, True]


def test_links_end_in_time(store: Database, chief_id: int) -> None:
    assert not accepted(store, invited(store, chief_id), INVITATION_LASTS)
    assert accepted(store, invited(store, chief_id), INVITATION_LASTS - timedelta(seconds=1))
    assert not renewed(store, asked(store, chief_id), RESET_LASTS)
    assert renewed(store, asked(store, chief_id), RESET_LASTS - timedelta(seconds=1))


def test_a_newer_link_ends_the_older(store: Database, chief_id: int) -> None:
    first, second = invited(store, chief_id), invited(store, chief_id)
    assert not accepted(store, first)
    assert accepted(store, second)
    old, new = asked(store, chief_id), asked(store, chief_id)
    assert not renewed(store, old)
    assert renewed(store, new)


def test_one_kind_of_link_does_not_do_the_work_of_the_other(store: Database, chief_id: int) -> None:
    assert not renewed(store, invited(store, chief_id))
    assert not accepted(store, asked(store, chief_id))
    assert not accepted(store, "made up")


def test_an_invitation_is_taken_back(store: Database, chief_id: int) -> None:
    token = invited(store, chief_id)
    with store.transaction() as session:
        (waiting,) = waiting_invitations(session, LATER)
        take_back_invitation(session, waiting.id, LATER)
    assert not accepted(store, token)


@pytest.mark.parametrize("falls", ["ended", "demoted"])
def test_who_is_a_chief_no_more_has_invited_nobody(store: Database, chief_id: int, falls: str) -> None:
    add_editor(store, email="other@example.com", name="", role=Role.CHIEF, password=PASSWORD, now=NOON)
    token = invited(store, chief_id)
    with store.transaction() as session:
        if falls == "ended":
            end_account(session, chief_id, now=LATER)
        else:
            change_role(session, chief_id, Role.EDITOR, now=LATER)
    assert not accepted(store, token)


def test_nobody_is_invited_who_is_there(store: Database, chief_id: int) -> None:
    with pytest.raises(EditorExistsError):
        invited(store, chief_id, "Chief@Example.com")
    with pytest.raises(EditorRefusedError):
        invited(store, chief_id, "chief")


def test_an_address_that_got_an_account_meanwhile_gets_no_second(store: Database, chief_id: int) -> None:
    token = invited(store, chief_id)
    add_editor(store, email="noor@example.com", name="", role=Role.READER, password=PASSWORD, now=NOON)
    assert not accepted(store, token)


def test_a_new_password_ends_every_sign_in(store: Database, chief_id: int) -> None:
    with store.transaction() as session:
        token = start_sign_in(session, chief_id, mark=None, browser="", now=NOON)
    assert renewed(store, asked(store, chief_id))
    with store.snapshot() as session:
        assert not signed_in_editor(session, token, LATER)
    check_password(store, email="chief@example.com", password="another good password", now=LATER)


def test_an_account_that_ended_gets_no_new_password(store: Database, chief_id: int) -> None:
    add_editor(store, email="other@example.com", name="", role=Role.CHIEF, password=PASSWORD, now=NOON)
    token = asked(store, chief_id)
    with store.transaction() as session:
        end_account(session, chief_id, now=NOON)
    assert not renewed(store, token)
