"""New rows, inserted at once and by themselves.

Taking a letter in is the busiest thing that the store does, and nothing but insertions. SQLAlchemy's unit of
work, which finds out what changed and what hangs on what, takes longer over them than the database; so does
working out for each row anew what the statement for its table is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Dialect, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from webapp.letters.models import Base


def insert_row(session: Session, row: Base) -> None:
    """Insert ``row``, which stays apart from ``session``, and never hears by what number it is kept."""
    connection = session.connection()
    statement = _statement(connection.dialect, type(row))
    connection.exec_driver_sql(statement.sql, statement.parameters(vars(row)))


def insert_numbered_row(session: Session, row: Base) -> int:
    """Insert ``row``, which stays apart from ``session``, and return the number that the database gave it."""
    connection = session.connection()
    statement = _statement(connection.dialect, type(row))
    parameters = statement.parameters(vars(row))
    if connection.dialect.name == "sqlite":
        # Its driver knows the number without another row being read.
        return int(connection.exec_driver_sql(statement.sql, parameters).lastrowid)
    inserted = connection.exec_driver_sql(f"{statement.sql} RETURNING {statement.number}", parameters)
    return int(inserted.scalar_one())


@dataclass(frozen=True, slots=True)
class _Field:
    """One column: what it is called, what it holds by itself, and how the driver is given its values."""

    name: str
    default: Any  # of a column, which only the table knows
    write: Callable[[Any], Any] | None  # likewise

    def for_driver(self, values: dict[str, Any]) -> Any:  # whatever the driver takes for the column
        value = values.get(self.name, self.default)
        return self.write(value) if self.write else value


@dataclass(frozen=True, slots=True)
class _Statement:
    """How a row of one table is inserted into one database."""

    sql: str
    fields: tuple[_Field, ...]
    is_positional: bool
    number: str | None
    """The column that the database numbers by itself, if there is one."""

    def parameters(self, values: dict[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """Return what the driver is given for a row's values."""
        given = [field.for_driver(values) for field in self.fields]
        if self.is_positional:
            return tuple(given)
        return {field.name: value for field, value in zip(self.fields, given, strict=True)}


_KNOWN: WeakKeyDictionary[Dialect, dict[type[Base], _Statement]] = WeakKeyDictionary()


def _statement(dialect: Dialect, kind: type[Base]) -> _Statement:
    known = _KNOWN.setdefault(dialect, {})
    found = known.get(kind)
    if found is None:
        found = known[kind] = _worked_out(dialect, kind)
    return found


def _worked_out(dialect: Dialect, kind: type[Base]) -> _Statement:
    table = kind.metadata.tables[kind.__tablename__]
    number = table.autoincrement_column
    columns = [column for column in table.columns if column is not number]
    statement = insert(table).inline()
    compiled = statement.compile(dialect=dialect, column_keys=[column.name for column in columns])
    in_order = compiled.positiontup or [column.name for column in columns]
    return _Statement(
        sql=str(compiled),
        fields=tuple(_field(table.columns[name], dialect) for name in in_order),
        is_positional=bool(compiled.positional),
        number=None if number is None else number.name,
    )


def _field(column: Column[Any], dialect: Dialect) -> _Field:
    default = column.default
    return _Field(
        name=column.name,
        default=default.arg if isinstance(default, ScalarElementColumnDefault) else None,
        write=column.type.dialect_impl(dialect).bind_processor(dialect),
    )
