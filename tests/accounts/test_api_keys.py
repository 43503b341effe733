"""A key of the API: shown once, kept as a digest and found by it, ended at once, used with few writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from tests.samples import NOON
from webapp.accounts import api_keys
from webapp.accounts.api_keys import (
    LONGEST_NAME,
    PREFIX,
    USE_NOTED_EVERY,
    ApiKeyMissingError,
    ApiKeyRefusedError,
    KeyHolder,
    all_keys,
    end_key,
    holder_of,
    make_key,
)
from webapp.accounts.secret_digests import digest
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import ApiKey

MOMENT = timedelta(seconds=1)


def made(store: Database, name: str = "The web site", paper: str = "") -> str:
    with store.transaction() as session:
        return make_key(session, name=name, paper=paper, now=NOON)


def kept(store: Database) -> ApiKey:
    with store.snapshot() as session:
        return session.scalars(select(ApiKey)).one()


def test_only_a_digest_of_a_key_is_kept(store: Database) -> None:
    key = made(store)
    assert key.startswith(PREFIX)
    assert len(key.removeprefix(PREFIX)) * 6 >= 256
    with store.snapshot() as session:
        row = session.execute(text("SELECT * FROM api_keys")).one()
    assert key.removeprefix(PREFIX) not in str(row)
    assert kept(store).key_digest == digest(key)
    assert len({made(store) for _ in range(10)}) == 10


def test_a_key_is_for_one_paper_or_for_all(store: Database) -> None:
    one, every = made(store, paper="herald"), made(store)
    holders = [holder_of(store, key, NOON) for key in (one, every)]
    assert [holder and holder.paper for holder in holders] == ["herald", ""]
    assert [[holder.may_write_to(paper) for paper in ("herald", "post")] for holder in holders if holder] == [
        [True, False],
        [True, True],
    ]


@pytest.mark.parametrize(
    "change", [str.upper, lambda key: key[:-1], lambda key: f"{key}=", lambda key: key.removeprefix(PREFIX)]
)
def test_nothing_but_the_key_itself_is_one(store: Database, change: Callable[[str], str]) -> None:
    assert holder_of(store, change(made(store)), NOON) is None


def test_what_looks_like_no_key_is_not_looked_up(store: Database) -> None:
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    for nonsense in ("", "x", f"{PREFIX}\0", f"{PREFIX}{'é' * 43}", f"{PREFIX}{'a' * 43}\n", "a" * 100_000):
        assert holder_of(store, nonsense, NOON) is None
    assert statements == []


def test_an_ended_key_opens_nothing_and_ends_once(store: Database) -> None:
    key = made(store)
    number = kept(store).id
    with store.transaction() as session:
        assert end_key(session, number, now=NOON + MOMENT).name == "The web site"
    assert holder_of(store, key, NOON + MOMENT) is None
    for missing in (number, number + 1, 0, -1, 2**64):
        with store.transaction() as session, pytest.raises(ApiKeyMissingError):
            end_key(session, missing, now=NOON)
    assert kept(store).ended_at == NOON + MOMENT


def test_a_use_is_noted_once_in_some_minutes(store: Database) -> None:
    key = made(store)
    used = []
    for at in (NOON, NOON + MOMENT, NOON + USE_NOTED_EVERY - MOMENT, NOON + USE_NOTED_EVERY):
        assert holder_of(store, key, at) == KeyHolder(key_id=kept(store).id, paper="")
        used.append(kept(store).last_used_at)
    assert used == [NOON, NOON, NOON, NOON + USE_NOTED_EVERY]


def test_a_note_that_can_not_be_made_keeps_nobody_out(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreAwayError("no disk")

    key = made(store)
    monkeypatch.setattr(api_keys, "_note_use", away)
    assert holder_of(store, key, NOON)


@pytest.mark.parametrize("name", ["", " ", "\0", "x" * (LONGEST_NAME + 1)])
def test_a_key_needs_a_name(store: Database, name: str) -> None:
    with pytest.raises(ApiKeyRefusedError, match="1 to 100"):
        made(store, name=name)


def test_keys_are_listed_in_the_order_in_which_they_were_made(store: Database) -> None:
    for name in ("Web", "App", "Web"):
        made(store, name=name)
    with store.snapshot() as session:
        assert [key.name for key in all_keys(session)] == ["Web", "App", "Web"]


@pytest.mark.parametrize(
    "broken", [{"name": ""}, {"paper": ""}, {"ended_at": NOON - MOMENT}, {"key_digest": digest("a key")}]
)
def test_the_store_itself_refuses_a_key_that_is_none(store: Database, broken: dict[str, object]) -> None:
    usual = {"key_digest": digest("another"), "name": "Web", "created_at": NOON}
    with store.transaction() as session:
        session.add(ApiKey(**usual | {"key_digest": digest("a key")}))
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.add(ApiKey(**usual | broken))
