"""Alembic's entry, which migrates the database passed in when it is loaded; hooks for autogeneration.

`webapp.store.schema` passes the database in; nothing else may import this module.
"""

import sqlite3
from typing import Literal, cast

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationInfo
from alembic.script import Script
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
    """Run the requested migrations in one transaction, and commit it; record which code can use the schema.

    On SQLite other writers wait for it, and after a migration that removes data VACUUM follows.

    Raises:
        RuntimeError: on SQLite, a migration left rows that refer to nothing; all is rolled back.
    """
    removed_data = False
    on_step = context.config.attributes.get("on_step", lambda: None)

    def note_step(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001 -- called with these names
        nonlocal removed_data
        on_step()
        # Those that don't say it are older than the declaration.
        removed_data |= not step.is_upgrade or any(
            getattr(script.module, "removes_data", True)
            for script in step.up_revisions
            if isinstance(script, Script)
        )

    with (
        database.writer_lock(),
        database.engine.connect().execution_options(**{BEGIN_IMMEDIATE: True}) as connection,
    ):
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
            on_version_apply=note_step,
        )
        with context.begin_transaction():
            if not database.is_sqlite:
                # Wait without a limit: another process may be running the same migrations.
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            context.run_migrations()
            _record_oldest_code(connection)
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a migration left rows that refer to nothing")
        if database.is_sqlite:
            _foreign_keys(connection, on=True)
        if database.is_sqlite and removed_data:
            # Data that a migration removed or encrypted may still be in free pages and in the log (WAL).
            _driver_connection(connection).execute("VACUUM")
            _driver_connection(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _record_oldest_code(connection: Connection) -> None:
    """Record which code can use the schema that the database has now, as its migration declares."""
    script = context.script.get_revision(context.get_context().get_current_revision() or "base")
    # Migrations before 0013 declare nothing, and have no table to record it in; before the first one is None.
    oldest_code = getattr(getattr(script, "module", None), "oldest_code", None)
    if oldest_code is None:
        return
    connection.execute(
        text(
            "INSERT INTO schema_compatibility (id, oldest_code) VALUES (1, :oldest_code)"
            " ON CONFLICT (id) DO UPDATE SET oldest_code = excluded.oldest_code"
        ),
        {"oldest_code": oldest_code},
    )


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    # On the driver's connection: SQLAlchemy would begin a transaction, in which SQLite ignores the pragma.
    _driver_connection(connection).execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _driver_connection(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


run(context.config.attributes["database"])
