"""Backup: the database, while it runs, as a file of our own format that SQLite and PostgreSQL both restore.

Why not with the databases' own tools: each writes a file that only the same database reads. SQLite's online
backup also starts again whenever somebody writes, and ``pg_dump`` must be installed in the server's version.
A read transaction sees one snapshot in both databases: reading all tables in one transaction gives a
consistent backup, doesn't block writers, and can be restored into the other database.
"""

import fcntl
import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.letters.upkeep.backup_file import BackupWriter, ColumnKind, Header, TableHead
from webapp.store.column_types import UtcDateTime, seal_of_dialect
from webapp.store.database import Database
from webapp.store.file_locks import remove_unlocked
from webapp.store.fsync import fsync_folder
from webapp.store.models import (
    Base,
    DerivationVersion,
    LetterPassage,
    LetterToCompare,
    LetterToIndex,
    SchemaCompatibility,
    SealKey,
)
from webapp.store.private_files import create_private_file
from webapp.store.progress import OnProgress, Stage, unreported
from webapp.store.schema import newest_schema_revision, schema_revision

KEY_PROOF_PURPOSE = "backup"
"""The purpose for which the key proof in the header is sealed."""
ROWS_PER_BATCH = 500
"""Rows that are in memory at a time."""
EXCLUDED_TABLES = frozenset(
    model.__tablename__
    for model in (
        LetterPassage,
        LetterToCompare,
        LetterToIndex,
        DerivationVersion,
        SchemaCompatibility,
        SealKey,
    )
)
"""Tables that aren't backed up: fingerprints, which the worker computes from the letters, some forty rows for
each; the worker's queues, and the versions of what it derives; what migrations record;
the register of seal keys, which is made from the values."""
UNFINISHED = ".lettersdesk-unfinished"
"""The end of the name of a backup that isn't complete."""
ColumnType: TypeAlias = sa.types.TypeEngine[Any]
"""The SQLAlchemy type of a column of any kind."""


class StoreOutdatedError(Exception):
    """The database schema isn't the newest one; it must be migrated first."""


def back_up(
    database: Database, path: Path, *, now: datetime, on_progress: OnProgress = unreported
) -> dict[str, int]:
    """Write a snapshot of the database to a new file; return the number of rows of each table.

    The file has mode 0600. It appears under its name only when it is complete and synced to the disk; until
    then it is a hidden file in the same folder, which is removed on an exception. Those that a killed process
    has left in that folder are removed first. The full-text index and what else the worker derives
    (`EXCLUDED_TABLES`) are left out.

    Args:
        database: The database.
        path: The new file.
        now: The present moment, with a time zone.
        on_progress: Called after each `ROWS_PER_BATCH` rows.

    Raises:
        FileExistsError: the file exists already.
        OSError: it can't be written.
        StoreOutdatedError: the database schema isn't the newest one.
        StoreAwayError: the database can't be reached.
        SealMissingError: ``database`` was created without a seal.
    """
    with _new_file(path) as file, database.snapshot() as session:
        revision = schema_revision(session)
        if revision is None or revision != newest_schema_revision():
            raise StoreOutdatedError
        proof = seal_of_dialect(session.get_bind().dialect).close(b"", KEY_PROOF_PURPOSE)
        writer = BackupWriter(file, Header(revision, now, proof))
        tables = [table for table in Base.metadata.sorted_tables if table.name not in EXCLUDED_TABLES]
        total = sum(_count_rows(session, table) for table in tables)
        done = itertools.count(1)
        for table in tables:
            head, rows = _table(session, table)
            writer.table(head, _reported(rows, done, total, on_progress))
        return writer.close()


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file; on success sync it and link it as ``path``; always remove the temporary name."""
    if path.exists():
        raise FileExistsError(path)
    # Those of killed processes; that of a running one is locked.
    remove_unlocked(path.parent.glob(f".*{UNFINISHED}"))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    new = create_private_file(unfinished)
    try:
        with new as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
        # A hard link fails if the file exists by now; a rename would replace it.
        path.hardlink_to(unfinished)
        fsync_folder(path.absolute().parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _table(session: Session, table: sa.Table) -> tuple[TableHead, Iterator[Sequence[object]]]:
    """Return a table's head and rows, ordered by primary key: a row follows those that it refers to."""
    columns = [column for column in table.columns if column.computed is None]
    query = (
        sa.select(*(sa.type_coerce(column, _storage_type(column.type)) for column in columns))
        .order_by(*table.primary_key.columns)
        .execution_options(yield_per=ROWS_PER_BATCH)
    )
    head = TableHead(table.name, tuple((column.name, _column_kind(column.type)) for column in columns))
    return head, (tuple(row) for row in session.execute(query))


def _count_rows(session: Session, table: sa.Table) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _reported(
    rows: Iterator[Sequence[object]], done: Iterator[int], total: int, on_progress: OnProgress
) -> Iterator[Sequence[object]]:
    """Yield the rows, and report after each batch how many there were, of this table and those before it."""
    for row in rows:
        yield row
        number = next(done)
        if number % ROWS_PER_BATCH == 0 or number == total:
            on_progress(Stage.BACKING_UP, number, total)


def _storage_type(column_type: ColumnType) -> ColumnType:
    """Return the type that reads a column's raw values: sealed values stay sealed, enums are text."""
    if isinstance(column_type, sa.Enum):
        return sa.Text()
    if isinstance(column_type, sa.types.TypeDecorator) and not isinstance(column_type, UtcDateTime):
        return column_type.impl_instance
    return column_type


def _column_kind(column_type: ColumnType) -> ColumnKind:
    families: tuple[tuple[type[ColumnType], ColumnKind], ...] = (
        (UtcDateTime, ColumnKind.MOMENT),
        (sa.LargeBinary, ColumnKind.BYTES),
        (sa.JSON, ColumnKind.JSON),
        (sa.Date, ColumnKind.DAY),
    )
    storage_type = _storage_type(column_type)
    return next((kind for family, kind in families if isinstance(storage_type, family)), ColumnKind.PLAIN)
