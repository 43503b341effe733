"""By what letters that share passages find each other."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class LetterPassage(Base):
    """A fingerprint of a letter's text, as it was received.

    The rows are the index: nothing else is kept of them in SQLite, and letters are found by a fingerprint
    in the order in which they were stored.
    """

    __tablename__ = "letter_passages"

    fingerprint: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    letter_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- typed so by SQLAlchemy


class LetterToCompare(Base):
    """A letter whose fingerprints are not kept yet.

    It is put in line in the transaction that stores the letter. A mark on the letter itself would have the
    whole of it written once more to take the mark away.
    """

    __tablename__ = "letters_to_compare"

    letter_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
