"""Bringing a store up to the tables that this version of the product wants."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config

from webapp.letters.database import Database, telling_store_away
from webapp.letters.revisions import SCRIPTS


def migration_config(database: Database) -> Config:
    """Return what Alembic needs to work on ``database``."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["database"] = database
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the tables to ``revision``; several processes may try at once.

    On SQLite all of the store is read and written anew, also where nothing is to be done.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with telling_store_away(), _alone(database):
        command.upgrade(migration_config(database), revision)


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep other processes from migrating the same SQLite file; PostgreSQL locks inside the migration."""
    if not (database.is_sqlite and database.url.database):
        yield
        return
    with Path(f"{database.url.database}.migrating").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
