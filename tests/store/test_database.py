"""Sessions of the database: durability, isolation, constraints, and `StoreAwayError` in bounded time."""

import sqlite3
import threading
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from tests.samples import HERALD, NOON, SEAL, letter
from tests.services.postgres import PostgresServer
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store import database as database_module, postgres_timeouts
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Channel, Letter, Particulars
from webapp.store.schema import migrate


def test_sqlite_commits_durably_and_enforces_foreign_keys(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    with database.snapshot() as session:
        settings = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_postgres_commits_durably(postgres_store: Database) -> None:
    with postgres_store.snapshot() as session:
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
        assert session.scalar(text("SHOW timezone")) == "UTC"


def test_an_exception_rolls_back_the_transaction(store: Database, intake: Intake) -> None:
    reference = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    with suppress(ZeroDivisionError), store.transaction() as session:
        session.scalars(select(Letter)).one().district = "elsewhere"
        session.flush()
        raise ZeroDivisionError
    with store.snapshot() as session:
        kept = session.scalars(select(Letter).where(Letter.reference == reference)).one()
    assert kept.district == "Sai Ying Pun"


def test_a_snapshot_does_not_change_and_a_query_session_sees_the_newest_data(
    store: Database, intake: Intake
) -> None:
    count = select(func.count()).select_from(Letter)
    with store.snapshot() as snapshot, store.query() as query:
        assert snapshot.scalar(count) == query.scalar(count) == 0
        intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
        assert snapshot.scalar(count) == 0
        assert query.scalar(count) == 1


def test_a_snapshot_session_is_rolled_back(store: Database, intake: Intake) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with store.snapshot() as session:
        session.execute(text("DELETE FROM particulars"))
    with store.query() as session:
        assert session.scalars(select(Particulars)).one().contact


@pytest.mark.parametrize(
    "changes",
    ["body = ''", "word_count = 0", "state = 'rejected'", "channel = 'fax'", "withhold_name = true"],
)
def test_check_constraints_refuse_invalid_rows(store: Database, intake: Intake, changes: str) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with pytest.raises(IntegrityError), store.transaction() as session:
        session.execute(text(f"UPDATE letters SET {changes}"))


def test_deleting_particulars_keeps_the_letter(store: Database, intake: Intake) -> None:
    intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    with store.transaction() as session:
        session.execute(text("DELETE FROM particulars"))
    with store.snapshot() as session:
        assert session.scalars(select(Letter)).one().body


def test_a_time_without_a_time_zone_is_refused(store: Database) -> None:
    naive = datetime(2026, 3, 14, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), store.snapshot() as session:
        session.scalars(select(Letter).where(Letter.received_at > naive)).all()


def test_a_missing_folder_raises_store_away(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'letters.db'}", SEAL)
    with pytest.raises(StoreAwayError), away.snapshot() as session:
        session.execute(text("SELECT 1"))


def test_a_lock_file_that_can_not_be_opened_raises_store_away(tmp_path: Path) -> None:
    (tmp_path / "letters.db.turn").mkdir()
    away = Database(f"sqlite:///{tmp_path / 'letters.db'}")
    with pytest.raises(StoreAwayError), away.transaction():
        raise AssertionError


def test_on_a_locked_sqlite_file_all_waiting_writers_fail_together(
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


def test_a_locked_table_in_postgres_raises_store_away(
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


def test_a_write_on_a_read_only_postgres_raises_store_away(postgres_store: Database) -> None:
    with pytest.raises(StoreAwayError), postgres_store.transaction() as session:
        session.execute(text("SET TRANSACTION READ ONLY; DELETE FROM letters"))


def test_an_exhausted_connection_pool_raises_store_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 0.2)
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL, connections=1)
    with database.snapshot() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(StoreAwayError), database.snapshot() as second:
            second.execute(text("SELECT 1"))
    database.dispose()


def test_a_hanging_postgres_raises_store_away_in_bounded_time(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "LONGEST_WAIT", 2.0)
    monkeypatch.setattr(postgres_timeouts, "SILENCE_TIMEOUT", 0.5)
    database = Database(postgres_server.create_database(), SEAL)
    with ExitStack() as stack:

        def work() -> None:
            with database.transaction() as session:
                session.execute(text("SELECT 1"))
                stack.enter_context(postgres_server.suspended())
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


def test_long_statements_need_limits_statements_off(
    postgres_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_timeouts, "STATEMENT_TIMEOUT", 0.2)
    monkeypatch.setattr(postgres_timeouts, "SILENCE_TIMEOUT", 0.4)
    limited, unlimited = Database(postgres_store.url), Database(postgres_store.url, limits_statements=False)
    with pytest.raises(StoreAwayError), limited.snapshot() as session:
        session.execute(text("SELECT pg_sleep(10)"))
    with unlimited.snapshot() as session:
        session.execute(text("SELECT pg_sleep(1)"))
    for database in (limited, unlimited):
        database.dispose()


def test_the_database_can_be_used_again_after_postgres_was_restarted(postgres_server: PostgresServer) -> None:
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


def test_an_idle_connection_is_replaced_after_postgres_was_restarted(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "TRUSTED_IDLE_SECONDS", 0.0)
    database = Database(postgres_server.create_database(), SEAL)
    _use_two_connections(database)
    postgres_server.restart()
    _use_two_connections(database)
    database.dispose()


def test_the_first_dead_connection_makes_the_pool_open_new_ones(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "TRUSTED_IDLE_SECONDS", 1000.0)
    database = Database(postgres_server.create_database(), SEAL)
    _use_two_connections(database)
    postgres_server.restart()
    with pytest.raises(StoreAwayError), database.snapshot() as session:
        session.execute(text("SELECT 1"))
    _use_two_connections(database)
    database.dispose()


def _use_two_connections(database: Database) -> None:
    """Read with two sessions open at the same time, so that the pool has two connections."""
    with database.snapshot() as first, database.snapshot() as second:
        for session in (first, second):
            assert session.scalar(text("SELECT 1")) == 1


def test_a_missing_table_is_no_store_that_is_away(store: Database) -> None:
    with pytest.raises(DatabaseError, match="no_such_table"), store.snapshot() as session:
        session.execute(text("SELECT 1 FROM no_such_table"))
