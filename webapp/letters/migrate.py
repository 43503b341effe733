"""Bringing a store up to the tables that this version of the product wants."""

import fcntl
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from webapp.letters.database import Database, telling_store_away

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def migration_config(database: Database) -> Config:
    """Return what Alembic needs to work on ``database``."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["database"] = database
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the tables to ``revision``; several processes may try at once.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with telling_store_away(), _alone(database):
        command.upgrade(migration_config(database), revision)


def is_current(database: Database) -> bool:
    """Tell whether the store has exactly the tables that this version wants.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with database.reading() as session:
        revision = MigrationContext.configure(session.connection()).get_current_revision()
    return revision == newest_revision()


@functools.cache
def newest_revision() -> str | None:
    """Return the revision that this version of the product wants."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep other processes from migrating the same SQLite file; PostgreSQL locks inside the migration."""
    if not (database.is_sqlite and database.url.database):
        yield
        return
    with Path(f"{database.url.database}.migrating").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
