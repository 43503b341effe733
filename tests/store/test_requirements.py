"""What a database must offer: each thing that it lacks is found before anything is stored in it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.samples import SEAL
from tests.services.postgres import PostgresServer
from webapp.store import requirements
from webapp.store.database import Database
from webapp.store.requirements import Requirement, unmet_requirements
from webapp.store.schema import migrate
from webapp.wording.store_requirements import UNMET_REQUIREMENTS


def test_each_requirement_has_a_sentence() -> None:
    assert set(UNMET_REQUIREMENTS) == set(Requirement)


def test_a_database_that_is_in_use_lacks_nothing(store: Database) -> None:
    assert unmet_requirements(store) == []


def test_a_new_sqlite_file_lacks_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL)
    assert unmet_requirements(database) == []
    database.dispose()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "EUC_TW"])
def test_an_encoding_that_lacks_characters_is_found(postgres_server: PostgresServer, encoding: str) -> None:
    url = postgres_server.create_database(encoding=encoding)
    database = Database(url, SEAL)
    assert unmet_requirements(database) == [Requirement.POSTGRES_ENCODING]
    database.dispose()
    postgres_server.drop_database(url)


@pytest.mark.parametrize(
    ("setting", "unmet"),
    [
        ("SET synchronous_commit = off", [Requirement.POSTGRES_DURABLE]),
        ("SET default_transaction_read_only = on", [Requirement.POSTGRES_WRITABLE]),
        # Has no schema in which tables could be created.
        ("SET search_path = nowhere", [Requirement.POSTGRES_SCHEMA_RIGHT]),
    ],
)
def test_settings_of_a_database_are_looked_at(
    postgres_server: PostgresServer, setting: str, unmet: list[Requirement]
) -> None:
    url = postgres_server.create_database()
    postgres_server.configure_database(url, setting)
    database = Database(url, SEAL)
    assert unmet_requirements(database) == unmet
    database.dispose()
    postgres_server.drop_database(url)


def test_missing_rights_on_a_table_are_found(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    database = Database(url, SEAL)
    migrate(database)
    with database.transaction() as session:
        session.execute(text("REVOKE DELETE ON letter_tags FROM letters"))
    assert unmet_requirements(database) == [Requirement.POSTGRES_TABLE_RIGHTS]
    database.dispose()
    postgres_server.drop_database(url)


@pytest.mark.parametrize(
    ("constant", "value", "store", "unmet"),
    [
        ("MIN_SQLITE_VERSION", (99, 0, 0), "sqlite_store", Requirement.SQLITE_VERSION),
        ("MIN_POSTGRES_VERSION", 99, "postgres_store", Requirement.POSTGRES_VERSION),
    ],
    indirect=["store"],
)
def test_an_old_version_is_found(
    store: Database, monkeypatch: pytest.MonkeyPatch, constant: str, value: object, unmet: Requirement
) -> None:
    monkeypatch.setattr(requirements, constant, value)
    assert unmet_requirements(store) == [unmet]


def test_a_file_that_can_not_be_written_to_is_found(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests may run as root, whom no mode keeps from writing.
    monkeypatch.setattr("webapp.store.requirements.os.access", lambda *_: False)
    assert unmet_requirements(sqlite) == [Requirement.SQLITE_WRITABLE]
