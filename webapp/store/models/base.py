"""Declarative base of all models: names of constraints, types of columns; the type and maximum of row ids."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

from webapp.store.column_types import UtcDateTime

# SQLite generates primary keys only for a column whose type is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
MAX_ROW_ID = 2**63 - 1
"""The largest primary key; queries with a larger number raise an error in both databases instead of finding
nothing."""


class Base(DeclarativeBase):
    """Base class of the models: constraints get predictable names, and a `datetime` is a `UtcDateTime`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime}
