"""Codes of an app, codes on paper: each lets one editor in, once, and in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.samples import NOON, PASSWORD
from webapp.accounts.accounts import add_editor
from webapp.accounts.authenticator import (
    AuthenticatorSetError,
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    secret_to_show,
    setup_address,
    use_authenticator,
)
from webapp.accounts.recovery_codes import HOW_MANY, make_recovery_codes, use_recovery_code
from webapp.accounts.second_factors import CodeRefusedError, factors_of, reset_second_factors
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, Editor, RecoveryCode, Role

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""“12345678901234567890”, the key of RFC 6238's own examples."""


@pytest.fixture
def dana_id(store: Database, editor_id: int) -> int:
    """An editor whose app is set up since noon."""
    begin(store, editor_id)
    with store.transaction() as session:
        confirm_authenticator(session, editor_id, code(store, editor_id), now=NOON)
    return editor_id


def begin(store: Database, editor_id: int) -> None:
    with store.transaction() as session:
        begin_authenticator(session, editor_id)


def code(store: Database, editor_id: int, after: timedelta = timedelta()) -> str:
    with store.snapshot() as session:
        secret = session.scalars(select(Editor.totp_secret).where(Editor.id == editor_id)).one()
    assert secret
    return pyotp.TOTP(secret).at(NOON + after)


def use(store: Database, editor_id: int, typed: str, after: timedelta) -> bool:
    try:
        with store.transaction() as session:
            use_authenticator(session, editor_id, typed, now=NOON + after)
    except CodeRefusedError:
        return False
    return True


def test_codes_are_those_of_the_standard(store: Database, editor_id: int) -> None:
    begin(store, editor_id)
    with store.transaction() as session:
        editor = session.get_one(Editor, editor_id)
        editor.totp_secret = RFC_SECRET
        at = NOON.fromtimestamp(59, NOON.tzinfo)
        confirm_authenticator(session, editor_id, "287082", now=at)
    with store.snapshot() as session:
        assert session.get_one(Editor, editor_id).totp_last_step == 1


def test_an_app_counts_only_once_it_has_shown_a_code(store: Database, editor_id: int) -> None:
    begin(store, editor_id)
    with store.snapshot() as session:
        assert not factors_of(session, editor_id)
        assert secret_to_show(session.get_one(Editor, editor_id))
    assert not use(store, editor_id, code(store, editor_id), timedelta())
    with pytest.raises(CodeRefusedError), store.transaction() as session:
        confirm_authenticator(session, editor_id, "000000", now=NOON)
    with store.transaction() as session:
        confirm_authenticator(session, editor_id, code(store, editor_id), now=NOON)
    with store.snapshot() as session:
        assert factors_of(session, editor_id).has_authenticator


def test_the_secret_of_an_app_that_counts_is_neither_shown_nor_changed(store: Database, dana_id: int) -> None:
    with store.snapshot() as session:
        assert secret_to_show(session.get_one(Editor, dana_id)) is None
    with pytest.raises(AuthenticatorSetError):
        begin(store, dana_id)


def test_what_the_app_reads_names_paper_and_editor(store: Database, editor_id: int) -> None:
    with store.snapshot() as session:
        address = setup_address(session.get_one(Editor, editor_id), RFC_SECRET, "The Harbour Herald")
    read = pyotp.parse_uri(address)
    assert (read.name, read.issuer) == ("dana@example.com", "The Harbour Herald")


def test_no_code_lets_anybody_in_twice(store: Database, dana_id: int) -> None:
    later = timedelta(minutes=1)
    typed = code(store, dana_id, later)
    assert not use(store, dana_id, code(store, dana_id), timedelta()), "the app was set up with it"
    assert use(store, dana_id, f"{typed[:3]} {typed[3:]}", later)
    assert not use(store, dana_id, typed, later)
    assert not use(store, dana_id, code(store, dana_id, timedelta(seconds=30)), later), "an older one"


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(store: Database, dana_id: int, seconds: int, fits: bool) -> None:
    later = timedelta(hours=1)
    typed = code(store, dana_id, later + timedelta(seconds=seconds))
    assert use(store, dana_id, typed, later) is fits


def test_of_two_who_use_a_code_at_once_one_gets_in(store: Database, dana_id: int) -> None:
    later = timedelta(hours=1)
    typed = code(store, dana_id, later)
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: use(store, dana_id, typed, later), range(4)))
    assert sorted(outcomes) == [False, False, False, True]


def test_each_recovery_code_works_once_however_it_is_typed(store: Database, dana_id: int) -> None:
    with store.transaction() as session:
        codes = make_recovery_codes(session, dana_id, now=NOON)
    assert len(set(codes)) == HOW_MANY
    assert use_paper(store, dana_id, codes[0])
    assert not use_paper(store, dana_id, codes[0])
    assert use_paper(store, dana_id, f" {codes[1].upper().replace('-', ' ')} ")
    with store.snapshot() as session:
        assert factors_of(session, dana_id).codes_left == HOW_MANY - 2


def use_paper(store: Database, editor_id: int, typed: str) -> bool:
    try:
        with store.transaction() as session:
            use_recovery_code(session, editor_id, typed, now=NOON)
    except CodeRefusedError:
        return False
    return True


def test_recovery_codes_are_one_editors_and_not_kept(store: Database, dana_id: int) -> None:
    eli = add_editor(store, email="eli@example.com", name="", role=Role.EDITOR, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        codes = make_recovery_codes(session, dana_id, now=NOON)
    assert not use_paper(store, eli, codes[0])
    with store.snapshot() as session:
        kept = session.scalars(select(RecoveryCode.code_digest)).all()
    assert not {each.encode() for each in codes} & set(kept)


def test_new_codes_end_the_old_ones(store: Database, dana_id: int) -> None:
    with store.transaction() as session:
        old = make_recovery_codes(session, dana_id, now=NOON)
    with store.transaction() as session:
        make_recovery_codes(session, dana_id, now=NOON)
    assert not use_paper(store, dana_id, old[0])


@pytest.mark.parametrize(
    "taken_away",
    [
        lambda session, editor_id: remove_authenticator(session, editor_id, now=NOON),
        lambda session, editor_id: reset_second_factors(session, editor_id, by_id=editor_id, now=NOON),
    ],
    ids=["removed", "reset"],
)
def test_codes_go_with_what_they_stand_in_for(
    store: Database, dana_id: int, taken_away: Callable[[Session, int], None]
) -> None:
    with store.transaction() as session:
        codes = make_recovery_codes(session, dana_id, now=NOON)
    with store.transaction() as session:
        taken_away(session, dana_id)
    assert not use_paper(store, dana_id, codes[0])
    assert not use(store, dana_id, "000000", timedelta())
    with store.snapshot() as session:
        assert not factors_of(session, dana_id)
        kinds = set(session.scalars(select(AccountEvent.kind)))
    assert {AccountEventKind.SECOND_FACTOR_SET, AccountEventKind.SECOND_FACTOR_REMOVED} <= kinds
