"""What was brought in from elsewhere."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.column_types import Sealed
from webapp.store.models.base import Base, RowId


class Import(Base):
    """That a mail or a row was brought in once, so that it is never brought in again.

    It stays when the letter is withdrawn, and when its writer's particulars go: the mailbox that it came from
    has it still, and nobody who was erased may come back out of there. It names nobody.
    """

    __tablename__ = "imports"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Of the paper, and of the Message-ID or all that stands in a row, under the key of imports."""
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    """The letter that it is; one may have come as several mails."""
    brought_in_at: Mapped[datetime]


class ImportKey(Base):
    """The key of imports, made with the first and kept sealed.

    It is no setting: the mails can't be read once more to make other digests of them, so that it has to stay
    the same when the keys of the installation are changed.
    """

    __tablename__ = "import_keys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(Sealed("import key"))

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
