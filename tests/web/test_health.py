"""`/healthz` and `/readyz`: a letter could be stored, told within a bounded time, and not tried each time."""

import fcntl
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, table, text

from tests.pages import Visitor
from tests.reader.test_letter_form import COMPLETE
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.intake import storing_probe
from webapp.letters.intake.storing_probe import probe_storing
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Base, Letter
from webapp.store.seal import KEY_BYTES, Seal
from webapp.web import health
from webapp.web.health import PATHS, Readiness, StoreStatus, TimeLimitedCheck

READY = Readiness(StoreStatus.READY)
SECONDS_TO_ANSWER = 10.0


@pytest.fixture(autouse=True)
def probing_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No result is kept, so that each request shows the state at that moment."""
    monkeypatch.setattr(health, "PROBE_INTERVAL", 0.0)


@pytest.fixture
def served_with_another_key(settings: Settings, sqlite: Database) -> Iterator[Flask]:
    """An application whose key isn't the store's, as after a restore beneath it."""
    database = Database(sqlite.url, Seal([secrets.token_bytes(KEY_BYTES)]))
    yield create_app(settings, database)
    database.dispose()


def status(app: Flask) -> tuple[int, str]:
    response = app.test_client().get("/readyz")
    return response.status_code, response.get_json()["status"]


def test_a_store_that_takes_letters_is_ready(app: Flask) -> None:
    assert status(app) == (200, "ok")


def test_a_process_with_another_key_is_not_ready(served_with_another_key: Flask) -> None:
    assert status(served_with_another_key) == (503, "store sealed with other keys")


@pytest.mark.parametrize("table_name", ["letters", "particulars", "events"])
def test_a_store_that_refuses_letters_is_not_ready(app: Flask, sqlite: Database, table_name: str) -> None:
    with sqlite.maintenance() as connection:
        connection.execute(
            text(
                f"CREATE TRIGGER broken_{table_name} BEFORE INSERT ON {table_name}"
                " BEGIN SELECT RAISE(ABORT, ''); END"
            )
        )
    assert status(app) == (503, "store away")
    with sqlite.maintenance() as connection:
        connection.execute(text(f"DROP TRIGGER broken_{table_name}"))
    assert status(app) == (200, "ok")


def test_a_probe_leaves_nothing_behind(store: Database) -> None:
    tables = [*Base.metadata.sorted_tables, table("letter_search")]

    def counts() -> list[int | None]:
        with store.snapshot() as session:
            return [session.scalar(select(func.count()).select_from(each)) for each in tables]

    before = counts()
    probe_storing(store, now())
    assert counts() == before


def test_a_probe_has_characters_that_a_narrow_encoding_refuses() -> None:
    with pytest.raises(UnicodeEncodeError):
        storing_probe.SAMPLE_TEXT.encode("latin-1")


def test_a_probe_does_not_wait_long_for_another_writer(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing_probe, "LONGEST_WAIT", 0.05)
    with Path(f"{sqlite.sqlite_path}.turn").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreAwayError):
            probe_storing(sqlite, now())
    probe_storing(sqlite, now())


def test_many_checks_probe_once(
    settings: Settings, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings, sqlite)
    probes: list[object] = []
    monkeypatch.setattr(health, "PROBE_INTERVAL", 60.0)
    monkeypatch.setattr(health, "probe_storing", lambda *given: probes.append(given))
    assert [status(app) for _ in range(5)] == 5 * [(200, "ok")]
    assert len(probes) == 1


def test_a_letter_to_a_store_with_other_keys_comes_back_to_its_writer(
    served_with_another_key: Flask, sqlite: Database
) -> None:
    visitor = Visitor(served_with_another_key)
    visitor.open("/harbour-herald/letters/new")
    page = visitor.send(COMPLETE)
    assert page.status == 503
    typed = page.typed()
    assert {name: typed[name] for name in COMPLETE} == COMPLETE
    with sqlite.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 0


def test_a_check_that_ends_gives_its_result() -> None:
    results = iter([READY, Readiness(StoreStatus.AWAY)])
    check = TimeLimitedCheck(lambda: next(results), longest=SECONDS_TO_ANSWER)
    assert check.readiness() == READY
    assert not check.readiness().is_ready, "each is made anew"


def test_a_store_that_is_away_is_not_ready() -> None:
    def fail() -> Readiness:
        raise StoreAwayError

    assert not TimeLimitedCheck(fail, longest=SECONDS_TO_ANSWER).readiness().is_ready


def test_a_check_that_hangs_is_waited_for_once_and_not_made_again() -> None:
    answers, asked = threading.Event(), []

    def hang() -> Readiness:
        asked.append(1)
        answers.wait(SECONDS_TO_ANSWER)
        return READY

    check = TimeLimitedCheck(hang, longest=0.1)
    assert not check.readiness().is_ready
    since = time.monotonic()
    for _ in range(20):
        assert not check.readiness().is_ready
    assert time.monotonic() - since < 1
    assert len(asked) == 1
    answers.set()
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not check.readiness().is_ready:
        assert time.monotonic() < deadline, "it is ready again"


def test_the_paths_with_threads_of_their_own_are_those_of_the_health_checks(app: Flask) -> None:
    client = app.test_client()
    assert [client.get(path).get_json()["status"] for path in PATHS] == ["ok", "ok"]
