"""Model: the oldest version of the code that may work on the database's schema."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class SchemaCompatibility(Base):
    """The oldest code that may work on the present schema; the only row is written by every migration.

    Code is named by the newest revision that it knows.
    """

    __tablename__ = "schema_compatibility"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    oldest_code: Mapped[str] = mapped_column(String(32))

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
