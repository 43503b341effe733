"""Removing deleted data from the files of SQLite and PostgreSQL; were particulars purged since a moment?

Both databases leave deleted data in their files for a while. SQLite's full-text index (FTS5) consists of
segments: a deleted word stays in an older segment until the segments are merged. SQLite's write-ahead log
keeps old versions of pages until they are overwritten. PostgreSQL keeps old row versions until VACUUM.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, exists, select, text

from webapp.store.database import Database
from webapp.store.models import Letter, Message, Particulars

PAGES_PER_MERGE = 200
"""Pages of 4 kB of the full-text index that are merged while the writer lock is held once, so that other
writers don't wait long."""
VACUUM_MAX_BYTES = 128 * 1024 * 1024
"""A SQLite file up to this size is rewritten with VACUUM, which takes about a second: between the rows of a
page SQLite leaves some bytes of former rows. VACUUM of a larger file would block letters for too long."""
VACUUM_TABLES = ("letter_search", *(model.__tablename__ for model in (Particulars, Message, Letter)))


def particulars_removed_since(database: Database, moment: datetime) -> bool:
    """Tell whether a writer's particulars were purged or erased after ``moment``.

    Raises:
        StoreAwayError: the database can't be reached.
    """
    with database.snapshot() as session:
        return bool(session.scalar(select(exists().where(Particulars.purged_at > moment))))


def secure_delete(database: Database, *, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Remove data that was deleted from the tables from the database files too; others may read and write.

    On SQLite the full-text index is merged in steps, and then the file vacuumed, while writers wait. A file
    above `VACUUM_MAX_BYTES` isn't vacuumed, and the write-ahead log is truncated only if no other connection
    is reading from it: else the next call does it. On PostgreSQL `VACUUM_TABLES` are vacuumed.

    Args:
        database: The database to clean.
        is_stopping: Called before each step of the merge, on SQLite only; if it returns true, the rest,
            VACUUM included, is left to the next call.

    Raises:
        StoreAwayError: the database can't be reached or stayed locked.
    """
    if not database.is_sqlite:
        with database.maintenance() as connection:
            connection.execute(text(f"VACUUM {', '.join(VACUUM_TABLES)}"))
        return
    # FTS5's 'merge': a negative number starts to merge all segments into one, a positive one continues.
    pages = -PAGES_PER_MERGE
    while not is_stopping():
        with database.maintenance() as connection:
            if not _merge_index(connection, pages) and pages > 0:
                _vacuum_and_checkpoint(connection)
                return
        pages = PAGES_PER_MERGE


def _merge_index(connection: Connection, pages: int) -> bool:
    """Merge about that many pages of the full-text index, and tell whether there was anything to merge."""
    before = _total_changes(connection)
    connection.execute(
        text("INSERT INTO letter_search (letter_search, rank) VALUES ('merge', :pages)"), {"pages": pages}
    )
    # The statement itself counts as one change (FTS5's documentation, the 'merge' command).
    return _total_changes(connection) - before > 1


def _total_changes(connection: Connection) -> int:
    return connection.scalar(text("SELECT total_changes()")) or 0


def _vacuum_and_checkpoint(connection: Connection) -> None:
    size = connection.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
    if size is not None and size <= VACUUM_MAX_BYTES:
        connection.execute(text("VACUUM"))
    # Does nothing while another connection reads from the log; the next call tries again.
    connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
