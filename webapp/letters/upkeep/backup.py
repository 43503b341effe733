"""Backing the store up while it is at work.

Why not the databases' own means: SQLite's online backup and PostgreSQL's ``pg_dump`` each make a file that
only their own database takes back, the one begins anew whenever somebody writes, and the other is a program
that has to be there in the server's version. A transaction that reads sees one state of the store in both, so
reading all tables in one gives a backup that is consistent, that letters come in beside, and that moves from
the one database to the other.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.letters.upkeep.backup_file import BackupWriter, Header, Kind, TableHead
from webapp.store.column_types import UtcDateTime, seal_for
from webapp.store.database import Database
from webapp.store.durable_files import sync_folder
from webapp.store.models import Base, LetterPassage, LetterToCompare
from webapp.store.schema import newest_schema_revision, schema_revision

PURPOSE = "backup"
"""What the proof of the key is sealed for."""
AT_ONCE = 500
"""Rows that are held in memory."""
LEFT_OUT = frozenset({LetterPassage.__tablename__, LetterToCompare.__tablename__})
"""Tables that are made of the letters' texts alone, some forty rows of each: the worker makes them anew."""
ColumnType: TypeAlias = sa.types.TypeEngine[Any]
"""Of what is in a column, which only the table knows."""


class StoreOutdatedError(Exception):
    """The store has other tables than this version of the product; it has to be migrated first."""


def back_up(database: Database, path: Path, *, now: datetime) -> dict[str, int]:
    """Write all that is in the store at one moment to a new file; return how many rows each table has.

    The file is readable by its owner alone, and there only when it is whole.

    Raises:
        FileExistsError: there is a file already.
        OSError: it can't be written.
        StoreOutdatedError: the store isn't up to date.
        StoreAwayError: the store can't be reached.
    """
    with _new_file(path) as file, database.snapshot() as session:
        revision = schema_revision(session)
        if revision is None or revision != newest_schema_revision():
            raise StoreOutdatedError
        proof = seal_for(session.get_bind().dialect).close(b"", PURPOSE)
        writer = BackupWriter(file, Header(revision, now, proof))
        for table in Base.metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                writer.table(*_table(session, table))
        return writer.close()


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that gets its name once it is whole, and on the disk."""
    if path.exists():
        raise FileExistsError(path)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 -- of a descriptor
            yield file
            file.flush()
            os.fsync(file.fileno())
        # Fails where somebody else has made such a file meanwhile.
        path.hardlink_to(unfinished)
        sync_folder(path.absolute().parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _table(session: Session, table: sa.Table) -> tuple[TableHead, Iterator[Sequence[object]]]:
    """Return a table's head and its rows, by their keys: what refers to an earlier row follows it."""
    columns = [column for column in table.columns if column.computed is None]
    query = (
        sa.select(*(sa.type_coerce(column, _as_it_is_kept(column.type)) for column in columns))
        .order_by(*table.primary_key.columns)
        .execution_options(yield_per=AT_ONCE)
    )
    head = TableHead(table.name, tuple((column.name, _kind(column.type)) for column in columns))
    return head, (tuple(row) for row in session.execute(query))


def _as_it_is_kept(kind: ColumnType) -> ColumnType:
    """Return the type by which a value is read as it is kept: what is sealed stays so."""
    if isinstance(kind, sa.Enum):
        return sa.Text()
    if isinstance(kind, sa.types.TypeDecorator) and not isinstance(kind, UtcDateTime):
        return kind.impl_instance
    return kind


def _kind(kind: ColumnType) -> Kind:
    families: tuple[tuple[type[ColumnType], Kind], ...] = (
        (UtcDateTime, Kind.MOMENT),
        (sa.LargeBinary, Kind.BYTES),
        (sa.JSON, Kind.JSON),
        (sa.Date, Kind.DAY),
    )
    kept = _as_it_is_kept(kind)
    return next((found for family, found in families if isinstance(kept, family)), Kind.PLAIN)
