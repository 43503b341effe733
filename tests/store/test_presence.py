"""Processes that serve a store: they and a restore exclude each other, and reseal learns their keys."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from webapp.store.database import Database, StoreAwayError
from webapp.store.presence import (
    ServingLock,
    StoreBeingRestoredError,
    StoreServedError,
    exclusive_store,
    is_being_restored,
    is_sealed_with_other_keys,
    is_served,
)
from webapp.store.seal import KEY_BYTES, Seal


@pytest.fixture
def lock(store: Database) -> Iterator[ServingLock]:
    """The lock of a process that serves the store; not taken yet."""
    made = ServingLock(store)
    yield made
    made.release()


def test_a_served_store_can_not_be_had_exclusively(store: Database, lock: ServingLock) -> None:
    assert not is_served(store)
    lock.take()
    assert is_served(store)
    assert not is_being_restored(store)
    with pytest.raises(StoreServedError), exclusive_store(store):
        pass
    lock.release()
    assert not is_served(store)
    with exclusive_store(store):
        pass


def test_any_number_of_processes_serve_a_store(store: Database, lock: ServingLock) -> None:
    other = ServingLock(store)
    lock.take()
    other.take()
    lock.release()
    assert is_served(store)
    other.release()
    assert not is_served(store)


def test_nobody_serves_a_store_that_is_being_restored(store: Database, lock: ServingLock) -> None:
    with exclusive_store(store):
        assert is_being_restored(store)
        with pytest.raises(StoreBeingRestoredError):
            lock.take()
        with pytest.raises(StoreServedError), exclusive_store(store):
            pass
    assert not is_being_restored(store)
    lock.take()


# The name of a key, as PostgreSQL's signed numbers, is negative with one of these and positive with others.
@pytest.mark.parametrize("first_byte", [0x00, 0x7F, 0x80, 0xFF])
def test_the_keys_of_serving_processes_are_known(store: Database, first_byte: int) -> None:
    other = seal_named_from(first_byte)
    database = Database(store.url, other)
    for mine, others in ((store, database), (database, store)):
        lock = ServingLock(mine)
        lock.take()
        assert not is_sealed_with_other_keys(mine)
        assert is_sealed_with_other_keys(others)
        lock.release()
        assert not is_sealed_with_other_keys(others)
    database.dispose()


def seal_named_from(first_byte: int) -> Seal:
    """Return a seal with a random key whose name begins with that byte."""
    while True:
        seal = Seal([secrets.token_bytes(KEY_BYTES)])
        if seal.newest_key_name[0] == first_byte:
            return seal


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_the_lock_is_taken_again_after_its_connection_broke(store: Database, lock: ServingLock) -> None:
    lock.take()
    with store.maintenance() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND objsubid = 2 AND pid <> pg_backend_pid()"
            )
        )
    with pytest.raises(StoreAwayError):
        lock.take()
    assert not is_served(store)
    lock.take()
    assert is_served(store)


def test_taking_a_lock_that_is_held_changes_nothing(store: Database, lock: ServingLock) -> None:
    for _ in range(2):
        lock.take()
    assert is_served(store)


@pytest.mark.parametrize("store", ["sqlite_store"], indirect=True)
def test_the_lock_is_taken_again_after_its_file_was_removed(store: Database, lock: ServingLock) -> None:
    lock.take()
    for file in store.sqlite_path.parent.glob("*.serving*"):
        file.unlink()
    assert not is_served(store)
    lock.take()
    assert is_served(store)
