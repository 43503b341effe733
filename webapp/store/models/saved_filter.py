"""Model of saved filters: an editor's named queue filters."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class SavedFilter(Base):
    """A named queue filter of one editor."""

    __tablename__ = "saved_filters"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    """The query string of the queue's URL, without the question mark."""
    position: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        UniqueConstraint("editor_id", "name"),
        CheckConstraint("name <> ''", name="name_present"),
    )
