"""One-time links: invitations and password resets work once, before they expire, and for one address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.samples import NOON, PASSWORD
from webapp.accounts.accounts import EditorExistsError, EditorRefusedError
from webapp.accounts.administration import add_editor, change_role, end_account
from webapp.accounts.one_time_links import (
    INVITATION_LIFETIME,
    PASSWORD_RESET_LIFETIME,
    InvalidLinkError,
    accept_invitation,
    create_invitation,
    create_password_reset,
    get_unused_link,
    pending_invitations,
    reset_password,
    revoke_invitation,
)
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_ins import check_password, create_sign_in, signed_in_editor
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, AccountLink, AccountLinkKind, Editor, Role

NEW_PASSWORD_HASH = hash_password("another good password")
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def chief_id(store: Database) -> int:
    """The only account: a chief."""
    return add_editor(
        store, email="chief@example.com", name="Cleo", role=Role.CHIEF, password=PASSWORD, now=NOON
    )


def create_invitation_token(store: Database, chief_id: int, email: str = "noor@example.com") -> str:
    with store.transaction() as session:
        return create_invitation(
            session, email=email, name="Noor", role=Role.EDITOR, by_id=chief_id, now=NOON
        )


def accept(store: Database, token: str, after: timedelta = timedelta(minutes=5)) -> bool:
    """Accept an invitation ``after`` its creation; tell whether it was valid."""
    try:
        with store.transaction() as session:
            accept_invitation(session, token, name="Noor", password_hash=NEW_PASSWORD_HASH, now=NOON + after)
    except InvalidLinkError:
        return False
    return True


def create_reset_token(store: Database, editor_id: int) -> str:
    with store.transaction() as session:
        return create_password_reset(session, session.get_one(Editor, editor_id), now=NOON)


def reset(store: Database, token: str, after: timedelta = timedelta(minutes=5)) -> bool:
    """Reset a password ``after`` the creation of the link; tell whether it was valid."""
    try:
        with store.transaction() as session:
            reset_password(session, token, NEW_PASSWORD_HASH, now=NOON + after)
    except InvalidLinkError:
        return False
    return True


def test_an_invitation_makes_one_account_of_the_role_it_names(store: Database, chief_id: int) -> None:
    token = create_invitation_token(store, chief_id)
    assert accept(store, token)
    assert not accept(store, token)
    with store.snapshot() as session:
        noor = session.scalars(select(Editor).where(Editor.email == "noor@example.com")).one()
        events = session.execute(
            select(AccountEvent.kind, AccountEvent.editor_id, AccountEvent.by_id).order_by(AccountEvent.id)
        ).all()
        assert not pending_invitations(session, LATER)
    assert (noor.name, noor.role) == ("Noor", Role.EDITOR)
    assert [tuple(event) for event in events] == [
        (AccountEventKind.INVITED, chief_id, None),
        (AccountEventKind.JOINED, noor.id, chief_id),
    ]


def test_only_a_digest_of_a_link_is_kept(store: Database, chief_id: int) -> None:
    token = create_invitation_token(store, chief_id)
    with store.snapshot() as session:
        link = session.scalars(select(AccountLink)).one()
    assert token.encode() not in link.token_digest


def test_looking_at_a_link_changes_nothing(store: Database, chief_id: int) -> None:
    token = create_invitation_token(store, chief_id)
    for _ in range(3):
        with store.snapshot() as session:
            assert (
                get_unused_link(session, AccountLinkKind.INVITATION, token, LATER).email == "noor@example.com"
            )
    assert accept(store, token)


def test_concurrent_uses_of_a_link_create_one_account(store: Database, chief_id: int) -> None:
    token = create_invitation_token(store, chief_id)
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _: accept(store, token), range(4))) == [False, False, False, True]


def test_links_expire(store: Database, chief_id: int) -> None:
    assert not accept(store, create_invitation_token(store, chief_id), INVITATION_LIFETIME)
    assert accept(store, create_invitation_token(store, chief_id), INVITATION_LIFETIME - timedelta(seconds=1))
    assert not reset(store, create_reset_token(store, chief_id), PASSWORD_RESET_LIFETIME)
    assert reset(store, create_reset_token(store, chief_id), PASSWORD_RESET_LIFETIME - timedelta(seconds=1))


def test_a_newer_link_revokes_the_older(store: Database, chief_id: int) -> None:
    first, second = create_invitation_token(store, chief_id), create_invitation_token(store, chief_id)
    assert not accept(store, first)
    assert accept(store, second)
    old, new = create_reset_token(store, chief_id), create_reset_token(store, chief_id)
    assert not reset(store, old)
    assert reset(store, new)


def test_a_link_works_only_for_its_own_kind(store: Database, chief_id: int) -> None:
    assert not reset(store, create_invitation_token(store, chief_id))
    assert not accept(store, create_reset_token(store, chief_id))
    assert not accept(store, "made up")


def test_a_revoked_invitation_is_invalid(store: Database, chief_id: int) -> None:
    token = create_invitation_token(store, chief_id)
    with store.transaction() as session:
        (waiting,) = pending_invitations(session, LATER)
        revoke_invitation(session, waiting.id, LATER)
    assert not accept(store, token)


@pytest.mark.parametrize("how", ["ended", "demoted"])
def test_invitations_of_a_former_chief_are_revoked(store: Database, chief_id: int, how: str) -> None:
    add_editor(store, email="other@example.com", name="", role=Role.CHIEF, password=PASSWORD, now=NOON)
    token = create_invitation_token(store, chief_id)
    with store.transaction() as session:
        if how == "ended":
            end_account(session, chief_id, now=LATER)
        else:
            change_role(session, chief_id, Role.EDITOR, now=LATER)
    assert not accept(store, token)


def test_an_address_with_an_account_or_a_malformed_one_is_not_invited(store: Database, chief_id: int) -> None:
    with pytest.raises(EditorExistsError):
        create_invitation_token(store, chief_id, "Chief@Example.com")
    with pytest.raises(EditorRefusedError):
        create_invitation_token(store, chief_id, "chief")


def test_an_address_that_got_an_account_meanwhile_gets_no_second(store: Database, chief_id: int) -> None:
    token = create_invitation_token(store, chief_id)
    add_editor(store, email="noor@example.com", name="", role=Role.READER, password=PASSWORD, now=NOON)
    assert not accept(store, token)


def test_a_new_password_ends_every_sign_in(store: Database, chief_id: int) -> None:
    with store.transaction() as session:
        token = create_sign_in(session, chief_id, fingerprint=None, browser="", now=NOON)
    assert reset(store, create_reset_token(store, chief_id))
    with store.snapshot() as session:
        assert not signed_in_editor(session, token, LATER)
    check_password(store, email="chief@example.com", password="another good password", now=LATER)


def test_an_account_that_ended_gets_no_new_password(store: Database, chief_id: int) -> None:
    add_editor(store, email="other@example.com", name="", role=Role.CHIEF, password=PASSWORD, now=NOON)
    token = create_reset_token(store, chief_id)
    with store.transaction() as session:
        end_account(session, chief_id, now=NOON)
    assert not reset(store, token)
