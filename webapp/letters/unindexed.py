"""Conditions that a database shall judge by, and not search by."""

from typing import Any, TypeAlias

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import coercions, roles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

Column: TypeAlias = InstrumentedAttribute[Any]
"""A column of whatever type: conditions are made for each in the same way."""


class Unindexed(ColumnElement[Any]):
    """A column that SQLite uses no index for; without statistics it takes any index for a good one.

    PostgreSQL has statistics, and sees the plain column. Its values are of the column's own type.
    """

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 -- typed so by SQLAlchemy

    def __init__(self, column: Column) -> None:
        """Stand for ``column``."""
        self.column = coercions.expect(roles.ExpressionElementRole, column)
        self.type = self.column.type


@compiles(Unindexed)
def _plain(element: Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.column, **options)


@compiles(Unindexed, "sqlite")
def _with_plus(element: Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.column, **options)}"
