"""Alembic's entry, which migrates the database passed in when it is loaded; hooks for autogeneration.

`webapp.store.schema` passes the database in; nothing else may import this module.
"""

import sqlite3
from typing import Literal, cast

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text

from webapp.store.column_types import UtcDateTime
from webapp.store.database import BEGIN_IMMEDIATE, Database
from webapp.store.models import Base

MIGRATION_LOCK = 7_203_361
"""Key of the PostgreSQL advisory lock; arbitrary, but different from every other advisory lock of the
application."""


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Return `UtcDateTime` as a plain SQLAlchemy type, False (Alembic's default) for anything else.

    A migration must not change when our code does.
    """
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, _: object) -> bool:
    """Leave the full-text index out of autogeneration: it has no model, as each database has its own kind."""
    return kind != "table" or not (name or "").startswith("letter_search")


def run(database: Database) -> None:
    """Run the requested migrations in one transaction, and commit it; on SQLite run VACUUM afterwards.

    Raises:
        RuntimeError: on SQLite, a migration left rows that refer to nothing; all is rolled back.
    """
    with database.engine.connect().execution_options(**{BEGIN_IMMEDIATE: True}) as connection:
        if database.is_sqlite:
            # A table is altered by copying it; dropping the old one must not cascade to referring rows.
            _foreign_keys(connection, on=False)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            # SQLite can alter a table only by copying it.
            render_as_batch=True,
            transactional_ddl=True,
            render_item=render_item,
            include_name=include_name,
            on_version_apply=context.config.attributes.get("on_version_apply", ()),
        )
        with context.begin_transaction():
            if not database.is_sqlite:
                # Wait without a limit: another process may be running the same migrations.
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            context.run_migrations()
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a migration left rows that refer to nothing")
        if database.is_sqlite:
            _foreign_keys(connection, on=True)
            # Data that a migration removed or encrypted may still be in free pages and in the log (WAL).
            _driver_connection(connection).execute("VACUUM")
            _driver_connection(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    # On the driver's connection: SQLAlchemy would begin a transaction, in which SQLite ignores the pragma.
    _driver_connection(connection).execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _driver_connection(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


run(context.config.attributes["database"])
