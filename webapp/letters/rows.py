"""New rows, inserted at once and by themselves.

Taking a letter in is the busiest thing that the store does, and nothing but insertions. SQLAlchemy's unit of
work, which finds out what changed and what hangs on what, takes longer over them than the database.
"""

import functools

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session

from webapp.letters.models import Base


def insert_row(session: Session, row: Base) -> None:
    """Insert ``row``, which stays apart from ``session``; its number, where the database gives it, is set."""
    table, statement = _of(type(row))
    values = {name: value for name, value in vars(row).items() if name in table.columns}
    inserted = session.connection().execute(statement, values).inserted_primary_key
    for column, value in zip(table.primary_key, inserted or (), strict=False):
        setattr(row, column.name, value)


@functools.cache
def _of(kind: type[Base]) -> tuple[Table, Insert]:
    table = kind.metadata.tables[kind.__tablename__]
    return table, insert(table)
