"""Alembic's entry: runs the migrations on the database that `webapp.store.schema` passes in."""

import sqlite3
from typing import Literal, cast

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text

from webapp.store.column_types import UtcDateTime
from webapp.store.database import BEGIN_IMMEDIATE, Database
from webapp.store.models import Base

MIGRATION_LOCK = 7_203_361
"""Any number, as long as no other lock of ours in PostgreSQL has it."""


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that old migrations never change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, _: object) -> bool:
    """Leave out the index of words, which no model knows: each database has one of its own kind."""
    return kind != "table" or not (name or "").startswith("letter_search")


def run(database: Database) -> None:
    """Run the wanted migrations in one transaction."""
    with database.engine.connect().execution_options(**{BEGIN_IMMEDIATE: True}) as connection:
        if database.is_sqlite:
            # A table is changed by copying it; dropping the old one must not take along what refers to it.
            _foreign_keys(connection, on=False)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            # SQLite changes a table only by copying it.
            render_as_batch=True,
            transactional_ddl=True,
            render_item=render_item,
            include_name=include_name,
        )
        with context.begin_transaction():
            if not database.is_sqlite:
                # Another process may take its time over the same migrations.
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            context.run_migrations()
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a migration left rows that refer to nothing")
        if database.is_sqlite:
            _foreign_keys(connection, on=True)
            # What a migration has taken out may still stand in free pages.
            _driver(connection).execute("VACUUM")
            _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    # Past SQLAlchemy, which would begin a transaction first, in which SQLite ignores this.
    _driver(connection).execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


run(context.config.attributes["database"])
