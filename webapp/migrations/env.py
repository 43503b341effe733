"""Alembic's entry: runs the migrations on the database that `webapp.letters.migrate` passes in."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import text

from webapp.letters.columns import UtcDateTime
from webapp.letters.database import WRITES, Database
from webapp.letters.models import Base

MIGRATION_LOCK = 7_203_361
"""Any number, as long as no other lock of ours in PostgreSQL has it."""


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database, so that old migrations never change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(database: Database) -> None:
    """Run the wanted migrations in one transaction."""
    with database.engine.connect().execution_options(**{WRITES: True}) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            # SQLite changes a table only by copying it.
            render_as_batch=True,
            transactional_ddl=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            context.run_migrations()


run(context.config.attributes["database"])
