"""Filling an empty store, in either database, from a backup."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.orm import Session

from webapp.letters.search.index import index_letter
from webapp.letters.similar.comparing import compare_all_anew
from webapp.letters.upkeep.backup import AT_ONCE, PURPOSE, ColumnType
from webapp.letters.upkeep.backup_file import (
    BackupDamagedError,
    Header,
    Kind,
    Row,
    TableHead,
    read_backup,
    read_header,
)
from webapp.store.column_types import Sealed, SealedContact, UtcDateTime, seal_for
from webapp.store.database import Database, store_away_errors
from webapp.store.models import Base, Letter
from webapp.store.schema import migrate, migration_config, schema_revision
from webapp.store.seal import Seal, SealBrokenError


class StoreNotEmptyError(Exception):
    """A backup is restored only where nothing can be lost, and something is in this store."""


class OtherKeyError(Exception):
    """What is sealed in the backup was sealed with a key that is not at hand."""


class UnknownRevisionError(Exception):
    """The backup was made by a version of the product that this one does not know."""


def restore(database: Database, path: Path) -> dict[str, int]:
    """Fill an empty store from a backup and bring it up to date; return how many rows each table got.

    Args:
        database: Either has no tables yet, or nothing in them.
        path: The backup.

    Raises:
        BackupDamagedError: the file is no backup of ours, or not whole; nothing was done.
        OtherKeyError: the keys do not fit, or not all of it; nothing was restored.
        UnknownRevisionError: it comes from a newer version; nothing was done.
        StoreNotEmptyError: something is in the store; nothing was done.
        OSError: the file can't be read.
        StoreAwayError: the store can't be reached.
    """
    header = read_header(path)
    _refuse_other_keys(database, header)
    _make_empty_tables(database, header.revision)
    with database.transaction() as session:
        if not _is_empty(session):
            raise StoreNotEmptyError
        rows = _load(session, path)
        _go_on_counting(session)
    migrate(database)
    _index(database)
    with database.transaction() as session:
        compare_all_anew(session)
    return rows


def _index(database: Database) -> None:
    """Let letters be found by their words: the index of these is made of the rest, and not backed up."""
    after = 0
    while True:
        with database.transaction() as session:
            query = sa.select(Letter.id).where(Letter.id > after).order_by(Letter.id).limit(AT_ONCE)
            letters = session.scalars(query).all()
            for number in letters:
                index_letter(session, number)
        if not letters:
            return
        after = letters[-1]


def _refuse_other_keys(database: Database, header: Header) -> None:
    try:
        seal_for(database.engine.dialect).open(header.key_proof, PURPOSE)
    except SealBrokenError as error:
        raise OtherKeyError from error


def _make_empty_tables(database: Database, revision: str) -> None:
    """Make the tables as they were when the backup was taken, in place of others with nothing in them."""
    config = migration_config(database)
    try:
        ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError as error:
        raise UnknownRevisionError from error
    with database.snapshot() as session:
        present = schema_revision(session)
        if not _is_empty(session):
            raise StoreNotEmptyError
    if present and present != revision:
        with store_away_errors():
            command.downgrade(config, "base")
    migrate(database, revision)


def _is_empty(session: Session) -> bool:
    there = _tables_there(session)
    return not any(
        session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in Base.metadata.sorted_tables
        if table.name in there
    )


def _tables_there(session: Session) -> frozenset[str]:
    return frozenset(sa.inspect(session.connection()).get_table_names())


def _load(session: Session, path: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    there = _tables_there(session)
    seal = seal_for(session.get_bind().dialect)
    for head, batch in _batches(path):
        if head.name not in there:
            raise BackupDamagedError
        _refuse_what_no_key_opens(seal, head, batch)
        table = sa.table(head.name, *(sa.column(name, _type(kind)) for name, kind in head.columns))
        names = [name for name, _ in head.columns]
        session.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in batch])
        rows[head.name] = rows.get(head.name, 0) + len(batch)
    return rows


def _refuse_what_no_key_opens(seal: Seal, head: TableHead, rows: list[Row]) -> None:
    """Look at all that is sealed: while keys were being changed, part of it had the older one."""
    table = Base.metadata.tables.get(head.name)
    kinds = {column.name: column.type for column in table.columns} if table is not None else {}
    places = [
        place
        for place, (name, kind) in enumerate(head.columns)
        # What older versions kept open is sealed as it is brought up to date.
        if kind is Kind.BYTES and isinstance(kinds.get(name), Sealed | SealedContact)
    ]
    for row in rows:
        for place in places:
            value = row[place]
            if isinstance(value, bytes) and not seal.fits(value):
                raise OtherKeyError


def _batches(path: Path) -> Iterator[tuple[TableHead, list[Row]]]:
    """Give the rows of each table, some hundred at a time."""
    parts = read_backup(path)
    head: TableHead | None = None
    batch: list[Row] = []
    for part in parts:
        if isinstance(part, TableHead):
            if head and batch:
                yield head, batch
            head, batch = part, []
        elif isinstance(part, list) and head:
            batch.append(part)
            if len(batch) == AT_ONCE:
                yield head, batch
                batch = []
    if head and batch:
        yield head, batch


def _type(kind: Kind) -> ColumnType:
    types: dict[Kind, ColumnType] = {
        Kind.MOMENT: UtcDateTime(),
        Kind.BYTES: sa.LargeBinary(),
        Kind.DAY: sa.Date(),
        Kind.JSON: sa.JSON(),
        Kind.PLAIN: sa.types.NullType(),
    }
    return types[kind]


def _go_on_counting(session: Session) -> None:
    """Let PostgreSQL number new rows from behind those that have their numbers; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and table.name in _tables_there(session):
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            highest = sa.func.max(column)
            session.execute(sa.select(sa.func.setval(sequence, highest)).having(highest.is_not(None)))
