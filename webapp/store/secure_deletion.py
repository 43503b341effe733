"""Taking what was purged or erased out of the files of the store, where both databases leave it for a while.

SQLite's index of words is made of pieces, of which an older one has a word that a newer one takes back until
the two are merged; and the file of its log has each page as it once was until it is written over. PostgreSQL
keeps a row as it was before each change until it is told that nobody wants it any more.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, exists, select, text

from webapp.store.database import Database
from webapp.store.models import Letter, Message, Particulars

PAGES_AT_ONCE = 200
"""Of 4 kB, of the index, that are merged in one turn to write, so that nobody waits long for theirs."""
SMALL = 128 * 1024 * 1024
"""Bytes. A file up to this size is written anew, in about a second: between the rows of a page SQLite leaves
some bytes of rows that stood there before. A larger one would keep letters waiting for too long."""
VACUUM_TABLES = ("letter_search", *(model.__tablename__ for model in (Particulars, Message, Letter)))


def particulars_removed_since(database: Database, moment: datetime) -> bool:
    """Tell whether anybody's particulars were taken away after ``moment``.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with database.snapshot() as session:
        return bool(session.scalar(select(exists().where(Particulars.purged_at > moment))))


def secure_delete(database: Database, *, is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Let no file of the store hold what was taken away; the store can be used meanwhile.

    Args:
        database: The store.
        is_stopping: Asked between two pieces of work, which may be many in a large store; what is left is
            for the next time.

    Raises:
        StoreAwayError: the store can't be reached, or stayed busy.
    """
    if not database.is_sqlite:
        with database.maintenance() as connection:
            connection.execute(text(f"VACUUM {', '.join(VACUUM_TABLES)}"))
        return
    pages = -PAGES_AT_ONCE  # begins to make one piece of all, and then goes on with that
    while not is_stopping():
        with database.maintenance() as connection:
            if not _merged_some(connection, pages) and pages > 0:
                _write_anew(connection)
                return
        pages = PAGES_AT_ONCE


def _merged_some(connection: Connection, pages: int) -> bool:
    before = _changes(connection)
    connection.execute(
        text("INSERT INTO letter_search (letter_search, rank) VALUES ('merge', :pages)"), {"pages": pages}
    )
    # The statement itself counts as one.
    return _changes(connection) - before > 1


def _changes(connection: Connection) -> int:
    return connection.scalar(text("SELECT total_changes()")) or 0


def _write_anew(connection: Connection) -> None:
    size = connection.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
    if size is not None and size <= SMALL:
        connection.execute(text("VACUUM"))
    # Where somebody still reads in it, it stays until the next time.
    connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
