"""Models for derived data (`webapp.store.derivations`): its versions in the store, the full-text queue."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class DerivationVersion(Base):
    """The version in which a kind of derived data is wanted: the newest that any process has derived.

    No row counts as version 0.
    """

    __tablename__ = "derivations"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    """Only raised: a process of an earlier version goes on deriving, but keeps the letters in the queue."""
    queued_version: Mapped[int] = mapped_column(Integer)
    """The version for which all letters were put into the queue."""

    __table_args__ = (CheckConstraint("queued_version <= version", name="queued_up_to_version"),)


class LetterToIndex(Base):
    """A letter whose row in the full-text index isn't of the wanted version, or may not be.

    A trigger inserts the row wherever an indexed text is stored, by code of any version. Code that knows the
    queue deletes it again once it has indexed the letter, in the same transaction.
    """

    __tablename__ = "letters_to_index"

    letter_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    derived_by: Mapped[int] = mapped_column(Integer, server_default="0")
    """The version, lower than the wanted one, in which a worker has indexed it since; 0 for none."""
