"""What a database must offer to hold letters: encoding, version, rights, durability; which it lacks."""

import os
from collections.abc import Iterator, Sequence
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.store.database import Database
from webapp.store.models import Base

MIN_SQLITE_VERSION = (3, 35, 0)
"""The first version with RETURNING, and with columns that can be dropped."""
MIN_POSTGRES_VERSION = 13
"""The oldest major version that PostgreSQL's project maintained when this was written."""
POSTGRES_VERSION_UNIT = 10_000
"""PostgreSQL's version number is the major version times this, and the minor one."""
TABLE_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Requirement(StrEnum):
    """Something that a database must offer."""

    SQLITE_VERSION = "sqlite_version"
    SQLITE_SEARCH = "sqlite_search"
    """FTS5, the full-text search that SQLite can be compiled without."""
    SQLITE_LOG = "sqlite_log"
    """Write-ahead logging, which needs shared memory: network file systems have none."""
    SQLITE_WRITABLE = "sqlite_writable"
    """The file and its folder, in which SQLite makes files beside it."""
    POSTGRES_ENCODING = "postgres_encoding"
    POSTGRES_VERSION = "postgres_version"
    POSTGRES_WRITABLE = "postgres_writable"
    """Neither a standby nor set to read-only."""
    POSTGRES_DURABLE = "postgres_durable"
    """A commit waits until it is on the disk."""
    POSTGRES_SCHEMA_RIGHT = "postgres_schema_right"
    """The right to create tables, until they are there."""
    POSTGRES_TABLE_RIGHTS = "postgres_table_rights"


def unmet_requirements(database: Database) -> Sequence[Requirement]:
    """Return what the database lacks; on SQLite a missing file is created, empty.

    Raises:
        StoreAwayError: the database can't be reached.
        sqlalchemy.exc.DatabaseError: it isn't a database.
    """
    with database.query() as session:
        return list(
            _unmet_on_sqlite(database, session) if database.is_sqlite else _unmet_on_postgres(session)
        )


def _unmet_on_sqlite(database: Database, session: Session) -> Iterator[Requirement]:
    version = session.scalar(text("SELECT sqlite_version()")) or ""
    if tuple(map(int, version.split("."))) < MIN_SQLITE_VERSION:
        yield Requirement.SQLITE_VERSION
    if session.scalar(text("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")) is None:
        yield Requirement.SQLITE_SEARCH
    if session.scalar(text("PRAGMA journal_mode")) != "wal":
        yield Requirement.SQLITE_LOG
    path = database.sqlite_path
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        yield Requirement.SQLITE_WRITABLE


def _unmet_on_postgres(session: Session) -> Iterator[Requirement]:
    encoding, version, is_read_only, durability, may_create = session.execute(
        text(
            "SELECT pg_encoding_to_char(encoding), current_setting('server_version_num')::int,"
            " pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,"
            " current_setting('synchronous_commit'),"
            " coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"
            " FROM pg_database WHERE datname = current_database()"
        )
    ).one()
    if encoding != "UTF8":
        yield Requirement.POSTGRES_ENCODING
    if version < MIN_POSTGRES_VERSION * POSTGRES_VERSION_UNIT:
        yield Requirement.POSTGRES_VERSION
    if is_read_only:
        yield Requirement.POSTGRES_WRITABLE
    if durability == "off":
        yield Requirement.POSTGRES_DURABLE
    rights = " AND ".join(f"has_table_privilege(oid, '{right}')" for right in TABLE_RIGHTS)
    ours = {table.name for table in Base.metadata.sorted_tables}
    tables = session.execute(
        text(
            f"SELECT relname, {rights} FROM pg_class"  # noqa: S608 -- constants
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
    ).all()
    present = {row[0]: row[1] for row in tables if row[0] in ours}
    if not may_create and present.keys() != ours:
        yield Requirement.POSTGRES_SCHEMA_RIGHT
    if not all(present.values()):
        yield Requirement.POSTGRES_TABLE_RIGHTS
