"""The store's promises: durable, whole, and a clear word when it is away."""

import sqlite3
import threading
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from tests.samples import HERALD, NOON, SEAL, letter
from tests.services.postgres import PostgresServer
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store import database as database_module, postgres_timeouts as patience
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Channel, Letter, Particulars
from webapp.store.schema import migrate


def test_sqlite_commits_durably_and_holds_references(sqlite: Database) -> None:
    with sqlite.snapshot() as session:
        settings = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_postgres_commits_durably(postgres_store: Database) -> None:
    with postgres_store.snapshot() as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
        assert session.scalar(text("SHOW timezone")) == "UTC"


def test_an_error_keeps_nothing(store: Database, intake: Intake) -> None:
    reference = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    with suppress(ZeroDivisionError), store.transaction() as session:
        session.scalars(select(Letter)).one().district = "elsewhere"
        session.flush()
        raise ZeroDivisionError
    with store.snapshot() as session:
        kept = session.scalars(select(Letter).where(Letter.reference == reference)).one()
    assert kept.district == "Sai Ying Pun"


def test_a_view_stays_as_it_is_and_a_question_is_answered_as_things_stand(
    store: Database, intake: Intake
) -> None:
    count = select(func.count()).select_from(Letter)
    with store.snapshot() as view, store.query() as questions:
        assert view.scalar(count) == questions.scalar(count) == 0
        intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
        assert view.scalar(count) == 0
        assert questions.scalar(count) == 1


def test_what_is_done_in_a_view_is_not_kept(store: Database, intake: Intake) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with store.snapshot() as session:
        session.execute(text("DELETE FROM particulars"))
    with store.query() as session:
        assert session.scalars(select(Particulars)).one().contact


@pytest.mark.parametrize(
    "changes",
    ["body = ''", "word_count = 0", "state = 'rejected'", "channel = 'fax'", "withhold_name = true"],
)
def test_the_database_itself_refuses_what_can_not_be(store: Database, intake: Intake, changes: str) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(text(f"UPDATE letters SET {changes}"))


def test_particulars_can_go_and_the_letter_stays(store: Database, intake: Intake) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with store.transaction() as session:
        session.execute(text("DELETE FROM particulars"))
    with store.snapshot() as session:
        assert session.scalars(select(Letter)).one().body


def test_a_moment_without_a_zone_is_refused(store: Database) -> None:
    naive = datetime(2026, 3, 14, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), store.snapshot() as session:
        session.scalars(select(Letter).where(Letter.received_at > naive)).all()


def test_a_store_that_can_not_be_reached_says_so(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'letters.db'}", SEAL)
    with pytest.raises(StoreAwayError), away.snapshot() as session:
        session.execute(text("SELECT 1"))


def test_no_turn_to_write_can_be_had_where_no_file_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "letters.db.turn").mkdir()
    away = Database(f"sqlite:///{tmp_path / 'letters.db'}")
    with pytest.raises(StoreAwayError), away.transaction():
        raise AssertionError


def test_a_locked_store_gives_up_for_all_who_wait_at_about_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 0.5)
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    migrate(database)
    holder = sqlite3.connect(tmp_path / "letters.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    outcomes: list[str] = []

    def write() -> None:
        try:
            with database.transaction():
                outcomes.append("written")
        except StoreAwayError:
            outcomes.append("away")

    writers = [threading.Thread(target=write) for _ in range(6)]
    started = time.monotonic()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert outcomes == ["away"] * 6
    assert time.monotonic() - started < 2
    holder.execute("ROLLBACK")
    holder.close()
    with database.transaction():
        outcomes.append("written")
    database.dispose()


def test_a_locked_table_in_postgres_gives_up_too(
    postgres_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 1.0)
    waiting = Database(postgres_store.url)
    with postgres_store.transaction() as holder:
        holder.execute(text("LOCK TABLE letters IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StoreAwayError), waiting.snapshot() as session:
            session.scalars(select(Letter)).all()
    with waiting.snapshot() as session:
        assert session.scalars(select(Letter)).all() == []
    waiting.dispose()


def test_a_standby_that_can_only_be_read_is_away_for_a_letter(postgres_store: Database) -> None:
    with pytest.raises(StoreAwayError), postgres_store.transaction() as session:
        session.execute(text("SET TRANSACTION READ ONLY; DELETE FROM letters"))


def test_a_pool_with_no_connection_left_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 0.2)
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL, connections=1)
    with database.snapshot() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(StoreAwayError), database.snapshot() as second:
            second.execute(text("SELECT 1"))
    database.dispose()


def test_a_postgres_that_stands_still_is_away_in_bounded_time(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 2.0)
    monkeypatch.setattr(patience, "LONGEST_SILENCE", 0.5)
    database = Database(postgres_server.create_database(), SEAL)
    with ExitStack() as stack:

        def work() -> None:
            with database.transaction() as session:
                session.execute(text("SELECT 1"))
                stack.enter_context(postgres_server.standing_still())
                session.execute(text("SELECT 1"))

        started = time.monotonic()
        with pytest.raises(StoreAwayError):
            work()
        assert time.monotonic() - started < 1.5
        with pytest.raises(StoreAwayError), database.snapshot() as session:
            session.execute(text("SELECT 1"))
        assert time.monotonic() - started < 5
    with database.snapshot() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.dispose()


def test_only_where_nobody_waits_may_a_statement_take_long(
    postgres_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST_STATEMENT", 0.2)
    monkeypatch.setattr(patience, "LONGEST_SILENCE", 0.4)
    served, patient = Database(postgres_store.url), Database(postgres_store.url, limits_statements=False)
    with pytest.raises(StoreAwayError), served.snapshot() as session:
        session.execute(text("SELECT pg_sleep(10)"))
    with patient.snapshot() as session:
        session.execute(text("SELECT pg_sleep(1)"))
    for database in (served, patient):
        database.dispose()


def test_a_restarted_postgres_is_found_again(postgres_server: PostgresServer) -> None:
    database = Database(postgres_server.create_database(), SEAL)
    with database.snapshot() as session:
        session.execute(text("SELECT 1"))
    postgres_server.stop()
    try:
        with pytest.raises(StoreAwayError), database.snapshot() as session:
            session.execute(text("SELECT 1"))
    finally:
        postgres_server.start()
    with database.snapshot() as session:
        assert session.scalar(text("SELECT 1")) == 1
    database.dispose()


def test_a_connection_that_has_rested_is_replaced_unnoticed_where_postgres_was_restarted(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "TRUSTED_IDLE_SECONDS", 0.0)
    database = Database(postgres_server.create_database(), SEAL)
    _read_twice_at_once(database)
    postgres_server.restart()
    _read_twice_at_once(database)
    database.dispose()


def test_the_first_dead_connection_has_all_others_opened_anew(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "TRUSTED_IDLE_SECONDS", 1000.0)
    database = Database(postgres_server.create_database(), SEAL)
    _read_twice_at_once(database)
    postgres_server.restart()
    with pytest.raises(StoreAwayError), database.snapshot() as session:
        session.execute(text("SELECT 1"))
    _read_twice_at_once(database)
    database.dispose()


def _read_twice_at_once(database: Database) -> None:
    with database.snapshot() as first, database.snapshot() as second:
        for session in (first, second):
            assert session.scalar(text("SELECT 1")) == 1
