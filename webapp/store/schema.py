"""The database schema's version: reading it, whether this code can work on it, migrating by Alembic.

Code is named by the newest revision that it knows. While several machines are upgraded, the database has a
newer schema than the code that still runs. So each migration declares the oldest code (``oldest_code``) that
can work on its schema.

Alembic is imported only when a migration runs: loading it takes a quarter of a start, and reading the version
doesn't need it.
"""

import fcntl
import functools
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from webapp.store.database import Database, StoreAwayError, store_away_errors
from webapp.store.private_files import open_lock_file
from webapp.store.progress import OnProgress, Stage, unreported
from webapp.store.seal_keys import register_newest_key

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "alembic_version"
"""The table in which Alembic records the revision of a database."""


class SchemaTooNewError(Exception):
    """The database has the schema of a newer version of the product, which this code may not work on."""


def is_schema_usable(database: Database) -> bool:
    """Tell whether this code can work on the database's schema: its own, or a newer one that allows it.

    On SQLite a database file that doesn't exist is created, without tables.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        revision, newest_known = schema_revision(session), newest_schema_revision()
        if revision is None or revision <= newest_known:
            return revision == newest_known
        # The table is there: code that knows `is_schema_usable` has migrations that create it.
        oldest_code = session.scalar(text("SELECT oldest_code FROM schema_compatibility"))
        return oldest_code is not None and oldest_code <= newest_known


def schema_revision(session: Session) -> str | None:
    """Return the revision of the database's schema; ``None`` without Alembic's table or a row in it.

    Revisions are numbers with leading zeros, so that they can be compared as text.
    """
    if not inspect(session.connection()).has_table(VERSION_TABLE):
        return None
    revision: str | None = session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 -- a constant
    return revision


@functools.cache
def newest_schema_revision() -> str:
    """Return the revision of the newest migration, from the file names, which begin with it; cached."""
    return max(_known_revisions())


def _known_revisions() -> list[str]:
    return [file.stem.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]


def migrate(database: Database, revision: str = "head", *, on_progress: OnProgress = unreported) -> None:
    """Migrate the database up to ``revision``, in one transaction, which is committed.

    With the newest schema, the newest key of the database's seal is registered (`webapp.store.seal_keys`).

    Several processes may try at once, and one of them does it; the others wait for it without a limit. A
    newer schema is not downgraded. On SQLite the whole file is rewritten (VACUUM) after a migration that
    removes data, and an empty lock file, ``….migrating``, stays beside it.

    Raises:
        StoreAwayError: the database can't be reached or used, or on SQLite the lock file can't be opened.
        SchemaTooNewError: the database's revision is unknown to this version.
        alembic.util.CommandError: ``revision`` is unknown to this version.
        RuntimeError: on SQLite, a migration left rows that refer to nothing; it is rolled back.
        SealKeysUnknownError: the database is migrated, and sealed with keys that its seal doesn't have.
    """
    from alembic import command  # noqa: PLC0415 -- loaded when needed, see the module's docstring

    with store_away_errors(), _migration_lock(database):
        config = migration_config(database)
        with database.snapshot() as session:
            present = schema_revision(session)
        if present is not None and present > newest_schema_revision():
            raise SchemaTooNewError
        total = _count_later_revisions(present, revision)
        done = itertools.count(1)
        config.attributes["on_step"] = lambda: on_progress(Stage.MIGRATING, next(done), total)
        on_progress(Stage.MIGRATING, 0, total)
        command.upgrade(config, revision)
    if database.seal and revision == "head":
        register_newest_key(database)


def _count_later_revisions(present: str | None, last: str) -> int:
    return sum(
        (present or "") < revision and (last == "head" or revision <= last) for revision in _known_revisions()
    )


def migration_config(database: Database) -> "Config":
    """Return a new configuration of Alembic for ``database``; nothing is migrated."""
    from alembic.config import Config  # noqa: PLC0415 -- loaded when needed, see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["database"] = database
    return config


@contextmanager
def _migration_lock(database: Database) -> Iterator[None]:
    """Let one process at a time migrate a SQLite file; PostgreSQL takes an advisory lock in `env.py`."""
    if not (database.is_sqlite and database.url.database):
        yield
        return
    lock_file = Path(f"{database.url.database}.migrating")
    try:
        opened = open_lock_file(lock_file)
    except OSError as error:
        raise StoreAwayError(type(error).__name__) from error
    with opened as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
