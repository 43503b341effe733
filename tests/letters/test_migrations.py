"""Migrations and models agree, on both databases."""

from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from tests.services.postgres import PostgresServer
from webapp.letters.database import Database
from webapp.letters.migrate import is_current, migrate, migration_config


def test_migrating_makes_exactly_what_the_models_say(store: Database) -> None:
    command.check(migration_config(store))
    assert is_current(store)


def test_an_empty_store_is_not_current_until_it_is_migrated(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    assert not is_current(database)
    migrate(database)
    migrate(database)
    assert is_current(database)
    database.dispose()


def test_the_way_back_leaves_nothing(tmp_path: Path, postgres_server: PostgresServer) -> None:
    for url in (f"sqlite:///{tmp_path / 'back.db'}", postgres_server.create_database()):
        database = Database(url)
        migrate(database)
        command.downgrade(migration_config(database), "base")
        assert inspect(database.engine).get_table_names() == ["alembic_version"]
        database.dispose()
