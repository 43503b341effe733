"""SQL statements in short form: insert one row, count changed rows, keep SQLite from using an index."""

from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Insert, Table, Update, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from webapp.store.models import Base

AnyColumn: TypeAlias = InstrumentedAttribute[Any]
"""A mapped column of any type."""


def insert_row(session: Session, row: Base) -> None:
    """Insert one row with a Core `INSERT`, without adding the object to the session; the caller commits.

    The unit of work spends more time on finding out what changed than the database on the row. The object
    stays transient and does not learn its primary key; related objects aren't stored. Pending objects of the
    session aren't flushed before.

    Args:
        session: An open transaction.
        row: A transient object; attributes that are not set get their column's default.
    """
    _insert(session, row)


def insert_row_returning_id(session: Session, row: Base) -> int:
    """Insert one row as `insert_row` does, and return the primary key that the database generated.

    Args:
        session: An open transaction.
        row: A transient object of a table with a single, generated primary key.

    Raises:
        TypeError: the table has no generated primary key; by then the row is inserted.
    """
    (row_id,) = _insert(session, row).inserted_primary_key or (None,)
    if row_id is None:
        raise TypeError(f"{type(row).__name__} has no generated primary key")
    return int(row_id)


def rows_changed(session: Session, statement: Update | Delete) -> int:
    """Execute an `UPDATE` or `DELETE` and return the number of rows that matched it; the caller commits."""
    # Session.execute is typed for every kind of statement; only a cursor result has a row count.
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def _insert(session: Session, row: Base) -> CursorResult[Any]:
    table = cast("Table", row.__table__)
    statement: Insert = insert(table)
    given = vars(row)
    values = {column.key: given[column.key] for column in table.columns if column.key in given}
    return session.connection().execute(statement, values)


class WithoutIndex(ColumnElement[Any]):
    """A column that SQLite compares without using an index on it.

    SQLite keeps no statistics unless ANALYZE is run, so it takes any index for a selective one. A unary plus
    (https://www.sqlite.org/optoverview.html, section 8.1) excludes the index. PostgreSQL has statistics and
    gets the plain column.
    """

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 -- typed so by SQLAlchemy

    def __init__(self, column: AnyColumn) -> None:
        self.column = coercions.expect(roles.ExpressionElementRole, column)
        self.type = self.column.type


@compiles(WithoutIndex)
def _plain(element: WithoutIndex, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.column, **options)


@compiles(WithoutIndex, "sqlite")
def _with_unary_plus(element: WithoutIndex, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.column, **options)}"
