"""Models of imports: digests of imported messages and rows, so that none is imported twice, and their key."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.column_types import SealedText
from webapp.store.models.base import Base, RowId


class Import(Base):
    """A message or a spreadsheet row that was imported; it is not imported again.

    The row stays when the letter is withdrawn or its writer is erased: the source still has the message,
    and a second import must not bring the writer's data back. It contains no personal data, only a keyed
    digest.
    """

    __tablename__ = "imports"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """HMAC, under the `ImportKey`, of the paper and of the Message-ID or the whole spreadsheet row."""
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    """The letter; several messages may be the same letter."""
    brought_in_at: Mapped[datetime]


class ImportKey(Base):
    """The secret key of the import digests: a single row, created by the first import and stored encrypted.

    It is not a setting, as it must survive a rotation of the installation's keys: the digests can't be
    computed again without the original messages.
    """

    __tablename__ = "import_keys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(SealedText("import key"))

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
