"""Model for the full-text index: the queue of letters whose rows in it are of an older kind."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class LetterToIndex(Base):
    """A letter that is in the full-text index as an earlier version split words, and must be indexed again.

    A migration fills the table where the words are split in another way from then on; the worker empties it.
    """

    __tablename__ = "letters_to_index"

    letter_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
