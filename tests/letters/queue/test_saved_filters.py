"""Saved filters: one of a name for each editor, also where two windows save it at once."""

from collections.abc import Callable
from functools import partial

from tests.simultaneous import run_concurrently
from webapp.letters.queue.saved_filters import rename_filter, save_filter, saved_filters
from webapp.store.database import Database


def save(store: Database, editor_id: int, name: str, query: str) -> None:
    with store.transaction() as session:
        save_filter(session, editor_id, name, query)


def kept(store: Database, editor_id: int) -> list[tuple[str, str]]:
    with store.snapshot() as session:
        return [(each.name, each.query) for each in saved_filters(session, editor_id)]


def test_the_last_one_of_a_name_counts_and_keeps_its_place(store: Database, editor_id: int) -> None:
    for name, query in (("Trams", "a=1"), ("Buses", "b=1"), ("Trams", "c=1")):
        save(store, editor_id, name, query)
    assert kept(store, editor_id) == [("Trams", "c=1"), ("Buses", "b=1")]


def test_windows_that_save_or_rename_at_once_wait_for_each_other(store: Database, editor_id: int) -> None:
    save(store, editor_id, "Ferries", "f=1")
    with store.snapshot() as session:
        number = saved_filters(session, editor_id)[0].id

    def rename() -> None:
        with store.transaction() as session:
            assert rename_filter(session, editor_id, number, "Ships")

    saves: list[Callable[[], None]] = [
        partial(save, store, editor_id, "Trams", f"n={each}") for each in range(6)
    ]
    run_concurrently([rename, *saves])
    assert [name for name, _ in kept(store, editor_id)] == ["Ships", "Trams"]
