"""API keys: shown once, stored and found by their digest, revoked at once, used with few writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from tests.samples import NOON
from webapp.accounts import api_keys
from webapp.accounts.api_keys import (
    LAST_USED_UPDATE_INTERVAL,
    LONGEST_NAME,
    PREFIX,
    ApiKeyHolder,
    ApiKeyMissingError,
    ApiKeyRefusedError,
    authenticate_api_key,
    create_api_key,
    list_api_keys,
    revoke_api_key,
)
from webapp.accounts.secret_digests import secret_digest
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import ApiKey

ONE_SECOND = timedelta(seconds=1)


def create_key(store: Database, name: str = "The web site", paper: str = "") -> str:
    with store.transaction() as session:
        return create_api_key(session, name=name, paper=paper, now=NOON)


def stored_key(store: Database) -> ApiKey:
    with store.snapshot() as session:
        return session.scalars(select(ApiKey)).one()


def test_only_a_digest_of_a_key_is_stored(store: Database) -> None:
    key = create_key(store)
    assert key.startswith(PREFIX)
    assert len(key.removeprefix(PREFIX)) * 6 >= 256
    with store.snapshot() as session:
        row = session.execute(text("SELECT * FROM api_keys")).one()
    assert key.removeprefix(PREFIX) not in str(row)
    assert stored_key(store).key_digest == secret_digest(key)
    assert len({create_key(store) for _ in range(10)}) == 10


def test_a_key_is_for_one_paper_or_for_all(store: Database) -> None:
    one, every = create_key(store, paper="herald"), create_key(store)
    holders = [authenticate_api_key(store, key, NOON) for key in (one, every)]
    assert [holder and holder.paper for holder in holders] == ["herald", ""]
    assert [[holder.may_write_to(paper) for paper in ("herald", "post")] for holder in holders if holder] == [
        [True, False],
        [True, True],
    ]


@pytest.mark.parametrize(
    "change", [str.upper, lambda key: key[:-1], lambda key: f"{key}=", lambda key: key.removeprefix(PREFIX)]
)
def test_a_changed_key_is_invalid(store: Database, change: Callable[[str], str]) -> None:
    assert authenticate_api_key(store, change(create_key(store)), NOON) is None


def test_a_malformed_key_is_not_looked_up(store: Database) -> None:
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    for nonsense in ("", "x", f"{PREFIX}\0", f"{PREFIX}{'é' * 43}", f"{PREFIX}{'a' * 43}\n", "a" * 100_000):
        assert authenticate_api_key(store, nonsense, NOON) is None
    assert statements == []


def test_a_revoked_key_is_invalid_and_is_revoked_once(store: Database) -> None:
    key = create_key(store)
    number = stored_key(store).id
    with store.transaction() as session:
        assert revoke_api_key(session, number, now=NOON + ONE_SECOND).name == "The web site"
    assert authenticate_api_key(store, key, NOON + ONE_SECOND) is None
    for missing in (number, number + 1, 0, -1, 2**64):
        with store.transaction() as session, pytest.raises(ApiKeyMissingError):
            revoke_api_key(session, missing, now=NOON)
    assert stored_key(store).ended_at == NOON + ONE_SECOND


def test_the_last_use_is_updated_once_in_ten_minutes(store: Database) -> None:
    key = create_key(store)
    used = []
    for at in (
        NOON,
        NOON + ONE_SECOND,
        NOON + LAST_USED_UPDATE_INTERVAL - ONE_SECOND,
        NOON + LAST_USED_UPDATE_INTERVAL,
    ):
        assert authenticate_api_key(store, key, at) == ApiKeyHolder(key_id=stored_key(store).id, paper="")
        used.append(stored_key(store).last_used_at)
    assert used == [NOON, NOON, NOON, NOON + LAST_USED_UPDATE_INTERVAL]


def test_a_failed_update_of_the_last_use_does_not_refuse_the_key(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreAwayError("no disk")

    key = create_key(store)
    monkeypatch.setattr(api_keys, "_update_last_used", away)
    assert authenticate_api_key(store, key, NOON)


@pytest.mark.parametrize("name", ["", " ", "\0", "x" * (LONGEST_NAME + 1)])
def test_a_key_needs_a_name(store: Database, name: str) -> None:
    with pytest.raises(ApiKeyRefusedError, match="1 to 100"):
        create_key(store, name=name)


def test_keys_are_listed_in_the_order_in_which_they_were_made(store: Database) -> None:
    for name in ("Web", "App", "Web"):
        create_key(store, name=name)
    with store.snapshot() as session:
        assert [key.name for key in list_api_keys(session)] == ["Web", "App", "Web"]


@pytest.mark.parametrize(
    "broken",
    [{"name": ""}, {"paper": ""}, {"ended_at": NOON - ONE_SECOND}, {"key_digest": secret_digest("a key")}],
)
def test_database_constraints_refuse_invalid_keys(store: Database, broken: dict[str, object]) -> None:
    usual = {"key_digest": secret_digest("another"), "name": "Web", "created_at": NOON}
    with store.transaction() as session:
        session.add(ApiKey(**usual | {"key_digest": secret_digest("a key")}))
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(ApiKey(**usual | broken))
