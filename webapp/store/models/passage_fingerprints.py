"""Models for similar letters: fingerprints of passages, and the queue of letters without fingerprints yet."""

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class LetterPassage(Base):
    """A fingerprint of a passage of a letter's text as received.

    The primary key is the whole row: on SQLite the table has no other B-tree (WITHOUT ROWID), and the
    letters of a fingerprint are read in the order in which they were stored.
    """

    __tablename__ = "letter_passages"

    fingerprint: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    letter_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- typed so by SQLAlchemy


class LetterToCompare(Base):
    """A letter whose fingerprints are not stored yet in the wanted version (`DerivationVersion`).

    A trigger inserts the row when a letter is stored, by code of any version. With a flag column on the
    letter instead, clearing the flag would rewrite the whole row of the letter, text included.
    """

    __tablename__ = "letters_to_compare"

    letter_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    derived_by: Mapped[int] = mapped_column(Integer, server_default="0")
    """The version, lower than the wanted one, in which its fingerprints are stored; 0 for none."""
