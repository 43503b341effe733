"""Second factors: authenticator codes (TOTP) and recovery codes work once, for one editor, and in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.samples import NOON, PASSWORD
from webapp.accounts.administration import add_editor
from webapp.accounts.recovery_codes import CODES_PER_EDITOR, replace_recovery_codes, use_recovery_code
from webapp.accounts.second_factors import CodeRefusedError, reset_second_factors, second_factors_of
from webapp.accounts.totp import (
    AuthenticatorExistsError,
    confirm_authenticator,
    otpauth_uri,
    remove_authenticator,
    start_authenticator_setup,
    unconfirmed_secret,
    verify_authenticator_code,
)
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, Editor, RecoveryCode, Role

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""“12345678901234567890” in base 32, the key of the test vectors in RFC 6238."""


@pytest.fixture
def dana_id(store: Database, editor_id: int) -> int:
    """An editor whose authenticator was confirmed at noon."""
    start_setup(store, editor_id)
    with store.transaction() as session:
        confirm_authenticator(session, editor_id, code_at(store, editor_id), now=NOON)
    return editor_id


def start_setup(store: Database, editor_id: int) -> None:
    with store.transaction() as session:
        start_authenticator_setup(session, editor_id)


def code_at(store: Database, editor_id: int, after: timedelta = timedelta()) -> str:
    """Return the code that the editor's app shows at noon plus ``after``."""
    with store.snapshot() as session:
        secret = session.scalars(select(Editor.totp_secret).where(Editor.id == editor_id)).one()
    assert secret
    return pyotp.TOTP(secret).at(NOON + after)


def try_code(store: Database, editor_id: int, typed: str, after: timedelta) -> bool:
    """Use an authenticator code at noon plus ``after``; tell whether it was accepted."""
    try:
        with store.transaction() as session:
            verify_authenticator_code(session, editor_id, typed, now=NOON + after)
    except CodeRefusedError:
        return False
    return True


def test_codes_are_those_of_rfc_6238(store: Database, editor_id: int) -> None:
    start_setup(store, editor_id)
    with store.transaction() as session:
        editor = session.get_one(Editor, editor_id)
        editor.totp_secret = RFC_SECRET
        at = NOON.fromtimestamp(59, NOON.tzinfo)
        confirm_authenticator(session, editor_id, "287082", now=at)
    with store.snapshot() as session:
        assert session.get_one(Editor, editor_id).totp_last_step == 1


def test_an_authenticator_is_a_second_factor_once_it_is_confirmed(store: Database, editor_id: int) -> None:
    start_setup(store, editor_id)
    with store.snapshot() as session:
        assert not second_factors_of(session, editor_id)
        assert unconfirmed_secret(session.get_one(Editor, editor_id))
    assert not try_code(store, editor_id, code_at(store, editor_id), timedelta())
    with pytest.raises(CodeRefusedError), store.transaction() as session:
        confirm_authenticator(session, editor_id, "000000", now=NOON)
    with store.transaction() as session:
        confirm_authenticator(session, editor_id, code_at(store, editor_id), now=NOON)
    with store.snapshot() as session:
        assert second_factors_of(session, editor_id).has_authenticator


def test_a_confirmed_secret_is_neither_shown_nor_replaced(store: Database, dana_id: int) -> None:
    with store.snapshot() as session:
        assert unconfirmed_secret(session.get_one(Editor, dana_id)) is None
    with pytest.raises(AuthenticatorExistsError):
        start_setup(store, dana_id)


def test_the_otpauth_uri_names_paper_and_editor(store: Database, editor_id: int) -> None:
    with store.snapshot() as session:
        address = otpauth_uri(session.get_one(Editor, editor_id), RFC_SECRET, "The Harbour Herald")
    read = pyotp.parse_uri(address)
    assert (read.name, read.issuer) == ("dana@example.com", "The Harbour Herald")


def test_no_code_works_twice(store: Database, dana_id: int) -> None:
    later = timedelta(minutes=1)
    typed = code_at(store, dana_id, later)
    assert not try_code(store, dana_id, code_at(store, dana_id), timedelta()), "the app was set up with it"
    assert try_code(store, dana_id, f"{typed[:3]} {typed[3:]}", later)
    assert not try_code(store, dana_id, typed, later)
    assert not try_code(store, dana_id, code_at(store, dana_id, timedelta(seconds=30)), later), "an older one"


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_the_phones_clock_may_be_half_a_minute_off(
    store: Database, dana_id: int, seconds: int, fits: bool
) -> None:
    later = timedelta(hours=1)
    typed = code_at(store, dana_id, later + timedelta(seconds=seconds))
    assert try_code(store, dana_id, typed, later) is fits


def test_of_concurrent_uses_of_a_code_one_succeeds(store: Database, dana_id: int) -> None:
    later = timedelta(hours=1)
    typed = code_at(store, dana_id, later)
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: try_code(store, dana_id, typed, later), range(4)))
    assert sorted(outcomes) == [False, False, False, True]


def test_each_recovery_code_works_once_however_it_is_typed(store: Database, dana_id: int) -> None:
    with store.transaction() as session:
        codes = replace_recovery_codes(session, dana_id, now=NOON)
    assert len(set(codes)) == CODES_PER_EDITOR
    assert try_recovery_code(store, dana_id, codes[0])
    assert not try_recovery_code(store, dana_id, codes[0])
    assert try_recovery_code(store, dana_id, f" {codes[1].upper().replace('-', ' ')} ")
    with store.snapshot() as session:
        assert second_factors_of(session, dana_id).codes_left == CODES_PER_EDITOR - 2


def try_recovery_code(store: Database, editor_id: int, typed: str) -> bool:
    """Use a recovery code; tell whether it was accepted."""
    try:
        with store.transaction() as session:
            use_recovery_code(session, editor_id, typed, now=NOON)
    except CodeRefusedError:
        return False
    return True


def test_recovery_codes_work_for_one_editor_and_are_not_stored(store: Database, dana_id: int) -> None:
    eli = add_editor(store, email="eli@example.com", name="", role=Role.EDITOR, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        codes = replace_recovery_codes(session, dana_id, now=NOON)
    assert not try_recovery_code(store, eli, codes[0])
    with store.snapshot() as session:
        stored = session.scalars(select(RecoveryCode.code_digest)).all()
    assert not {each.encode() for each in codes} & set(stored)


def test_new_recovery_codes_replace_the_old_ones(store: Database, dana_id: int) -> None:
    with store.transaction() as session:
        old = replace_recovery_codes(session, dana_id, now=NOON)
    with store.transaction() as session:
        replace_recovery_codes(session, dana_id, now=NOON)
    assert not try_recovery_code(store, dana_id, old[0])


@pytest.mark.parametrize(
    "remove",
    [
        lambda session, editor_id: remove_authenticator(session, editor_id, now=NOON),
        lambda session, editor_id: reset_second_factors(session, editor_id, by_id=editor_id, now=NOON),
    ],
    ids=["removed", "reset"],
)
def test_recovery_codes_are_deleted_with_the_last_second_factor(
    store: Database, dana_id: int, remove: Callable[[Session, int], None]
) -> None:
    with store.transaction() as session:
        codes = replace_recovery_codes(session, dana_id, now=NOON)
    with store.transaction() as session:
        remove(session, dana_id)
    assert not try_recovery_code(store, dana_id, codes[0])
    assert not try_code(store, dana_id, "000000", timedelta())
    with store.snapshot() as session:
        assert not second_factors_of(session, dana_id)
        kinds = set(session.scalars(select(AccountEvent.kind)))
    assert {AccountEventKind.SECOND_FACTOR_SET, AccountEventKind.SECOND_FACTOR_REMOVED} <= kinds
