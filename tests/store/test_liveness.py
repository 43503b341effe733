"""Locks that end with their process: held, released, lost with the process or the connection, left files."""

import multiprocessing
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.installation.server import wait_until
from tests.samples import SEAL
from webapp.store.database import Database, StoreAwayError
from webapp.store.liveness import LivenessLock, living_processes


def is_alive(store: Database, lock: LivenessLock) -> bool:
    return living_processes(store, [lock.number, 1]) == {lock.number}


def test_a_lock_is_known_until_it_is_released(store: Database) -> None:
    lock, other = LivenessLock(store), LivenessLock(store)
    assert not is_alive(store, lock)
    for each in (lock, lock, other):
        each.keep()
    assert is_alive(store, lock)
    assert living_processes(store, [lock.number, other.number]) == {lock.number, other.number}
    lock.release()
    assert not is_alive(store, lock)
    assert is_alive(store, other)
    other.release()
    assert not files_of(store)


def hold_until_killed(url: str, number: int, held: "multiprocessing.synchronize.Event") -> None:
    database = Database(url, SEAL)
    lock = LivenessLock(database)
    lock.number = number
    lock.keep()
    held.set()
    signal.pause()


def test_a_lock_ends_with_a_killed_process_and_its_file_goes_with_the_next_lock(store: Database) -> None:
    spawning = multiprocessing.get_context("spawn")
    held = spawning.Event()
    url = store.url.render_as_string(hide_password=False)
    process = spawning.Process(target=hold_until_killed, args=(url, 7, held))
    process.start()
    assert held.wait(30)
    assert living_processes(store, [7, 8]) == {7}
    process.kill()
    process.join()
    # PostgreSQL notices within some milliseconds that the connection is gone.
    _wait_until_dead(store, 7)
    assert len(files_of(store)) == (1 if store.is_sqlite else 0)
    lock = LivenessLock(store)
    lock.keep()
    assert [path.name for path in files_of(store)] == (
        [f"letters.db.worker-{lock.number:08x}"] if store.is_sqlite else []
    )
    lock.release()


def test_the_file_of_a_lock_is_its_owners_alone(sqlite: Database) -> None:
    lock = LivenessLock(sqlite)
    lock.keep()
    (path,) = files_of(sqlite)
    assert path.stat().st_mode & 0o777 == 0o600
    lock.release()


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_lock_that_was_lost_with_its_connection_is_taken_again(store: Database) -> None:
    lock = LivenessLock(store)
    lock.keep()
    with store.transaction() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objsubid = 2 AND objid = :number"),
            {"number": lock.number},
        )
    _wait_until_dead(store, lock.number)
    with pytest.raises(StoreAwayError):
        lock.keep()
    lock.keep()
    assert is_alive(store, lock)
    lock.release()


@pytest.mark.parametrize("store", ["postgres_store"], indirect=True)
def test_a_lock_takes_no_connection_of_the_pool(store: Database) -> None:
    small = Database(store.url, SEAL, connections=1)
    lock = LivenessLock(small)
    lock.keep()
    assert is_alive(small, lock)
    lock.release()
    small.dispose()


def files_of(store: Database) -> list[Path]:
    if not store.is_sqlite:
        return []
    folder = Path(str(store.url.database)).parent
    return sorted(folder.glob("*.worker-*"))


def _wait_until_dead(store: Database, number: int) -> None:
    wait_until(lambda: not living_processes(store, [number]), "the lock is free")
