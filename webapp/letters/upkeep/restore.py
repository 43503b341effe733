"""Restoring a backup into an empty database, SQLite or PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.orm import Session

from webapp.letters.search.index import FULL_TEXT_INDEX, index_letter
from webapp.letters.similar.fingerprint_index import PASSAGE_FINGERPRINTS
from webapp.letters.upkeep.backup import EXCLUDED_TABLES, KEY_PROOF_PURPOSE, ROWS_PER_BATCH, ColumnType
from webapp.letters.upkeep.backup_file import (
    BackupDamagedError,
    ColumnKind,
    Header,
    Row,
    TableHead,
    read_backup,
    verify_backup,
)
from webapp.store.column_types import SealedContact, SealedText, UtcDateTime, seal_of_dialect
from webapp.store.database import Database, store_away_errors
from webapp.store.derivations import queue_all_letters, record_all_as_derived
from webapp.store.models import Base, Letter, SealKey
from webapp.store.presence import exclusive_store
from webapp.store.progress import OnProgress, Stage, unreported
from webapp.store.schema import migrate, migration_config, schema_revision
from webapp.store.seal import KEY_NAME_BYTES, SealBrokenError
from webapp.store.seal_keys import clear_register, register_keys


class StoreNotEmptyError(Exception):
    """The database has rows; a backup is restored only into an empty one."""


class SealKeyMismatchError(Exception):
    """Values in the backup are sealed with a key that isn't at hand."""


class UnknownRevisionError(Exception):
    """The backup has a schema revision that this version doesn't know: it was made by a newer one."""


def restore(
    database: Database,
    path: Path,
    *,
    without_lost_keys: bool = False,
    on_progress: OnProgress = unreported,
) -> dict[str, int]:
    """Restore a backup into an empty database and migrate it; return the number of rows of each table.

    Tables without rows are left out of the result. The full-text index is built, too. The letters are queued
    for the worker, which computes their fingerprints.

    The whole file is read and verified first. Then the tables of the backup's schema revision are made (empty
    ones of another revision are dropped), and all rows are inserted in one transaction, which also queues the
    letters for the worker. Migration and index follow in transactions of their own: if one fails, or this is
    interrupted, the rows stay, the next command migrates, and the worker adds to the index what is left.
    While it runs no process can serve the store. The register of seal keys becomes that of the backup: a
    process with other keys can't seal with them any more.

    Args:
        database: A database without tables, or with tables that have no rows but those of the register.
        path: The backup.
        without_lost_keys: Whether values are restored, too, for which there is no key; they stay sealed.
        on_progress: Called after each batch of rows, migration and batch of indexed letters.

    Raises:
        BackupDamagedError: the file isn't a backup, is incomplete, or was changed; no row is inserted.
        SealKeyMismatchError: there is no key for the backup, or for some of its sealed values; no row is
            inserted.
        UnknownRevisionError: it was made by a newer version; nothing is changed.
        StoreServedError: a process serves the store; nothing is changed.
        StoreNotEmptyError: the database has rows; they stay.
        OSError: the file can't be read.
        StoreAwayError: the database can't be reached.
    """
    header, total = verify_backup(path, on_progress=on_progress)
    _check_key_proof(database, header)
    with exclusive_store(database):
        _make_empty_tables(database, header.revision)
        return _fill(database, path, total, on_progress, without_lost_keys=without_lost_keys)


def _fill(
    database: Database, path: Path, total: int, on_progress: OnProgress, *, without_lost_keys: bool
) -> dict[str, int]:
    with database.transaction() as session:
        if not _is_empty(session):
            raise StoreNotEmptyError
        rows = _insert_rows(session, path, total, on_progress, without_lost_keys=without_lost_keys)
        _advance_sequences(session)
        _queue_letters(session)
    migrate(database, on_progress=on_progress)
    _index_all_letters(database, rows.get(Letter.__tablename__, 0), on_progress)
    with database.transaction() as session:
        record_all_as_derived(session, FULL_TEXT_INDEX)
    return rows


def is_store_empty(database: Database) -> bool:
    """Tell whether no table of the database has a row, or there is none: whether `restore` would fill it.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        return _is_empty(session)


def remove_empty_file(database: Database) -> None:
    """Remove the SQLite file in which no table has a row, and close the connections to it.

    The empty lock files beside it stay: another process may wait for one.

    Raises:
        StoreServedError: a process serves the store; nothing is removed.
        StoreAwayError: the database can't be reached.
    """
    with exclusive_store(database):
        if not is_store_empty(database):
            return
        database.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database.sqlite_path}{suffix}").unlink(missing_ok=True)


def _queue_letters(session: Session) -> None:
    """Queue all letters for the worker; an earlier schema has no triggers that do it.

    Where a queue isn't there yet, its migration does it.
    """
    existing = _existing_tables(session)
    for derivation in (FULL_TEXT_INDEX, PASSAGE_FINGERPRINTS):
        if derivation.queue.__tablename__ in existing:
            queue_all_letters(session, derivation)


def _index_all_letters(database: Database, total: int, on_progress: OnProgress) -> None:
    """Build the full-text index, which isn't backed up, in batches."""
    after_id = done = 0
    while True:
        with database.transaction() as session:
            query = sa.select(Letter.id).where(Letter.id > after_id).order_by(Letter.id).limit(ROWS_PER_BATCH)
            letter_ids = session.scalars(query).all()
            for letter_id in letter_ids:
                index_letter(session, letter_id)
        if not letter_ids:
            return
        after_id = letter_ids[-1]
        done += len(letter_ids)
        on_progress(Stage.INDEXING, done, total)


def _check_key_proof(database: Database, header: Header) -> None:
    try:
        seal_of_dialect(database.engine.dialect).open(header.key_proof, KEY_PROOF_PURPOSE)
    except SealBrokenError as error:
        raise SealKeyMismatchError from error


def _make_empty_tables(database: Database, revision: str) -> None:
    """Create the tables of the backup's schema revision; empty tables of another revision are dropped."""
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
    existing = _existing_tables(session)
    return not any(
        session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in Base.metadata.sorted_tables
        if table.name in existing - EXCLUDED_TABLES
    )


def _existing_tables(session: Session) -> frozenset[str]:
    return frozenset(sa.inspect(session.connection()).get_table_names())


def _insert_rows(
    session: Session, path: Path, total: int, on_progress: OnProgress, *, without_lost_keys: bool
) -> dict[str, int]:
    rows: dict[str, int] = {}
    existing = _existing_tables(session)
    has_register = SealKey.__tablename__ in existing
    seal = seal_of_dialect(session.get_bind().dialect)
    if has_register:
        clear_register(session)
    for head, batch in _batches(path):
        if head.name not in existing:
            raise BackupDamagedError
        rows[head.name] = rows.get(head.name, 0) + len(batch)
        key_names = _key_names(head, batch)
        if not without_lost_keys and not all(map(seal.has_key_for, key_names)):
            raise SealKeyMismatchError
        if has_register:
            # The triggers compare the values with the register.
            register_keys(session, key_names)
        table = sa.table(head.name, *(sa.column(name, _column_type(kind)) for name, kind in head.columns))
        names = [name for name, _ in head.columns]
        session.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in batch])
        on_progress(Stage.RESTORING, sum(rows.values()), total)
    return rows


def _key_names(head: TableHead, rows: list[Row]) -> set[bytes]:
    """Return the names of the keys that a batch's values are sealed with.

    There are several where a key was changed: a backup that was taken during a reseal has values of two keys.
    """
    table = Base.metadata.tables.get(head.name)
    types = {column.name: column.type for column in table.columns} if table is not None else {}
    sealed_positions = [
        position
        for position, (name, kind) in enumerate(head.columns)
        # Values that an older schema doesn't seal have another kind; the migrations seal them.
        if kind is ColumnKind.BYTES and isinstance(types.get(name), SealedText | SealedContact)
    ]
    values = (row[position] for row in rows for position in sealed_positions)
    return {value[:KEY_NAME_BYTES] for value in values if isinstance(value, bytes)}


def _batches(path: Path) -> Iterator[tuple[TableHead, list[Row]]]:
    """Yield the rows of each table in batches of at most `ROWS_PER_BATCH`."""
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
            if len(batch) == ROWS_PER_BATCH:
                yield head, batch
                batch = []
    if head and batch:
        yield head, batch


def _column_type(kind: ColumnKind) -> ColumnType:
    types: dict[ColumnKind, ColumnType] = {
        ColumnKind.MOMENT: UtcDateTime(),
        ColumnKind.BYTES: sa.LargeBinary(),
        ColumnKind.DAY: sa.Date(),
        ColumnKind.JSON: sa.JSON(),
        ColumnKind.PLAIN: sa.types.NullType(),
    }
    return types[kind]


def _advance_sequences(session: Session) -> None:
    """Set PostgreSQL's sequences to the highest ids that were restored; SQLite needs nothing of the kind."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and table.name in _existing_tables(session):
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            highest = sa.func.max(column)
            session.execute(sa.select(sa.func.setval(sequence, highest)).having(highest.is_not(None)))
