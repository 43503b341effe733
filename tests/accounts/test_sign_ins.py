"""Creating accounts, checking passwords, starting and ending sign-ins."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.samples import NOON, PASSWORD, in_wide_letters
from webapp.accounts.accounts import EditorExistsError, EditorRefusedError, change_password
from webapp.accounts.administration import add_editor, get_editor_by_email
from webapp.accounts.passwords import hash_password
from webapp.accounts.sign_ins import (
    LONGEST_SIGN_IN,
    RENEWAL_INTERVAL,
    SIGN_IN_LIFETIME,
    WARNING_TIME,
    SignedInEditor,
    SignInRefusedError,
    active_sign_ins,
    check_password,
    create_sign_in,
    renew_sign_in,
    replace_sign_in,
    sign_out,
    sign_out_everywhere,
    signed_in_editor,
)
from webapp.store.database import Database
from webapp.store.models import AccountEvent, AccountEventKind, Editor, Role, SignIn


@pytest.fixture
def dana(store: Database) -> str:
    """The e-mail address of a chief's account."""
    add_editor(store, email="Dana@Example.com", name="Dana", role=Role.CHIEF, password=PASSWORD, now=NOON)
    return "dana@example.com"


def sign_in(store: Database, *, email: str, password: str, now: datetime, browser: str = "") -> str:
    verified = check_password(store, email=email, password=password, now=now)
    with store.transaction() as session:
        return create_sign_in(
            session, verified.editor_id, fingerprint=verified.fingerprint, browser=browser, now=now
        )


def signed_in(store: Database, token: str, after: timedelta = timedelta()) -> SignedInEditor | None:
    with store.snapshot() as session:
        return signed_in_editor(session, token, NOON + after)


def test_the_right_password_signs_an_editor_in(store: Database, dana: str) -> None:
    token = sign_in(store, email=f" {dana.upper()} ", password=PASSWORD, now=NOON)
    editor = signed_in(store, token)
    assert editor
    assert (editor.name, editor.email, editor.role) == ("Dana", dana, Role.CHIEF)


@pytest.mark.parametrize(
    "typed", [in_wide_letters("dana@example.com"), "\u202adana@example.com\u202c", "dana@EXAMPLE.COM"]
)
@pytest.mark.usefixtures("dana")
def test_an_address_is_read_as_it_was_when_the_account_was_made(store: Database, typed: str) -> None:
    verified = check_password(store, email=typed, password=PASSWORD, now=NOON)
    with store.snapshot() as session:
        assert get_editor_by_email(session, typed).id == verified.editor_id


def test_an_account_whose_address_the_rules_no_longer_take_signs_in(store: Database, dana: str) -> None:
    with store.transaction() as session:
        session.execute(update(Editor).where(Editor.email == dana).values(email="dana@localhost"))
    verified = check_password(store, email=" Dana@localhost", password=PASSWORD, now=NOON)
    with store.snapshot() as session:
        assert session.get_one(Editor, verified.editor_id).name == "Dana"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("dana@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        ("dana@example.com", "x" * 9999),
    ],
)
@pytest.mark.usefixtures("dana")
def test_wrong_credentials_are_refused(store: Database, email: str, password: str) -> None:
    with pytest.raises(SignInRefusedError):
        sign_in(store, email=email, password=password, now=NOON)


def test_a_sign_in_expires_or_ends_with_signing_out(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    assert signed_in(store, token, SIGN_IN_LIFETIME - timedelta(seconds=1))
    assert not signed_in(store, token, SIGN_IN_LIFETIME)
    editor = signed_in(store, token)
    assert editor
    with store.transaction() as session:
        sign_out(session, editor.editor_id, editor.sign_in_id, NOON)
    assert not signed_in(store, token)


def test_a_sign_in_that_is_used_is_renewed_until_its_longest_time(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    for hours in (8, 16, 23):
        used_at = NOON + timedelta(hours=hours)
        with store.transaction() as session:
            editor = signed_in_editor(session, token, used_at)
            assert editor
            assert editor.ends_soon(used_at) is False
            renew_sign_in(session, editor, used_at)
    last_moment = LONGEST_SIGN_IN - timedelta(seconds=1)
    editor = signed_in(store, token, last_moment)
    assert editor
    assert editor.ends_soon(NOON + last_moment)
    assert not editor.needs_renewal(NOON + last_moment), "it can't last any longer"
    assert signed_in(store, token, LONGEST_SIGN_IN) is None


def test_a_use_is_written_down_every_ten_minutes(store: Database, dana: str) -> None:
    editor = signed_in(store, sign_in(store, email=dana, password=PASSWORD, now=NOON))
    assert editor
    assert not editor.needs_renewal(NOON + RENEWAL_INTERVAL - timedelta(seconds=1))
    assert editor.needs_renewal(NOON + RENEWAL_INTERVAL)


def test_the_warning_begins_half_an_hour_before_the_end(store: Database, dana: str) -> None:
    editor = signed_in(store, sign_in(store, email=dana, password=PASSWORD, now=NOON))
    assert editor
    begins = NOON + LONGEST_SIGN_IN - WARNING_TIME
    assert not editor.ends_soon(begins - timedelta(seconds=1))
    assert editor.ends_soon(begins)


def test_a_sign_in_that_has_ended_is_not_renewed(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    editor = signed_in(store, token)
    assert editor
    with store.transaction() as session:
        sign_out(session, editor.editor_id, editor.sign_in_id, NOON)
        renew_sign_in(session, editor, NOON)
    assert signed_in(store, token) is None


def test_the_password_given_again_starts_another_sign_in(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    editor = signed_in(store, token)
    assert editor
    later = NOON + timedelta(hours=11)
    with store.transaction() as session:
        new = replace_sign_in(session, editor.editor_id, editor.sign_in_id, browser="Firefox", now=later)
    assert signed_in(store, token) is None
    replaced = signed_in(store, new, timedelta(hours=22))
    assert replaced
    assert replaced.ends_at == later + LONGEST_SIGN_IN


def test_an_ended_account_can_not_sign_in(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        session.execute(update(Editor).values(ended_at=NOON))
    assert not signed_in(store, token)
    with pytest.raises(SignInRefusedError):
        sign_in(store, email=dana, password=PASSWORD, now=NOON)


def test_only_digests_of_password_and_token_are_stored(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    with store.snapshot() as session:
        stored = session.scalars(select(SignIn)).one()
        editor = session.scalars(select(Editor)).one()
    assert editor.password_hash.startswith("$argon2id$")
    assert PASSWORD not in editor.password_hash
    assert token.encode() not in stored.token_digest


@pytest.mark.usefixtures("dana")
def test_an_address_has_one_account(store: Database) -> None:
    with pytest.raises(EditorExistsError):
        add_editor(store, email="DANA@example.com", name="", role=Role.EDITOR, password=PASSWORD, now=NOON)


@pytest.mark.parametrize(("email", "password"), [("dana", PASSWORD), ("dana@example.com", "short")])
def test_accounts_need_a_valid_address_and_a_long_enough_password(
    store: Database, email: str, password: str
) -> None:
    with pytest.raises(EditorRefusedError):
        add_editor(store, email=email, name="", role=Role.EDITOR, password=password, now=NOON)


def test_one_browser_is_signed_out_or_all_of_them(store: Database, dana: str) -> None:
    tokens = [
        sign_in(store, email=dana, password=PASSWORD, now=NOON, browser=f"Browser {number}")
        for number in range(3)
    ]
    first = signed_in(store, tokens[0])
    assert first
    with store.transaction() as session:
        sign_out(session, first.editor_id, first.sign_in_id, NOON)
    assert [bool(signed_in(store, token)) for token in tokens] == [False, True, True]
    with store.snapshot() as session:
        shown = [row.browser for row in active_sign_ins(session, first.editor_id, NOON)]
    assert shown == ["Browser 2", "Browser 1"]
    with store.transaction() as session:
        sign_out_everywhere(session, first.editor_id, NOON)
    assert not any(signed_in(store, token) for token in tokens)


def test_a_colleagues_sign_in_is_not_ended(store: Database, dana: str) -> None:
    token = sign_in(store, email=dana, password=PASSWORD, now=NOON)
    editor = signed_in(store, token)
    assert editor
    with store.transaction() as session:
        sign_out(session, editor.editor_id + 1, editor.sign_in_id, NOON)
    assert signed_in(store, token)


def test_rehashing_does_not_overwrite_a_password_changed_meanwhile(
    store: Database, dana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(_password_hash: str) -> bool:
        with store.transaction() as session:
            editor_id = session.scalars(select(Editor.id)).one()
            change_password(session, editor_id, hash_password("another long password"), now=NOON)
        return True

    with monkeypatch.context() as patched:
        patched.setattr("webapp.accounts.sign_ins.needs_rehash", change_meanwhile)
        with pytest.raises(SignInRefusedError):
            sign_in(store, email=dana, password=PASSWORD, now=NOON)
    assert sign_in(store, email=dana, password="another long password", now=NOON)


def test_a_password_that_was_changed_meanwhile_starts_no_sign_in(store: Database, dana: str) -> None:
    verified = check_password(store, email=dana, password=PASSWORD, now=NOON)
    with store.transaction() as session:
        change_password(session, verified.editor_id, hash_password("another good password"), now=NOON)
    with pytest.raises(SignInRefusedError), store.transaction() as session:
        create_sign_in(session, verified.editor_id, fingerprint=verified.fingerprint, browser="", now=NOON)


def test_sign_ins_are_recorded_for_accounts_and_not_for_unknown_addresses(store: Database, dana: str) -> None:
    for email, password in ((dana, "wrong"), ("stranger@example.com", "wrong"), (dana, PASSWORD)):
        try:
            sign_in(store, email=email, password=password, now=NOON)
        except SignInRefusedError:
            continue
    with store.snapshot() as session:
        events = session.scalars(select(AccountEvent).order_by(AccountEvent.id)).all()
    assert [event.kind for event in events] == [
        AccountEventKind.SIGN_IN_FAILED,
        AccountEventKind.SIGNED_IN,
    ]
    assert not any("@" in event.note for event in events)
