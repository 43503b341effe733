"""What was brought in from elsewhere."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.letters.models.base import Base
from webapp.letters.seal import BLIND_CHARACTERS


class Import(Base):
    """That a mail or a row was brought in once, so that it is never brought in again.

    It stays when the letter is withdrawn, and when its writer's particulars go: the mailbox that it came from
    has it still, and nobody who was erased may come back out of there. It names nobody: what the mail or row
    is known by stands here blinded.
    """

    __tablename__ = "imports"

    known_blind: Mapped[str] = mapped_column(String(BLIND_CHARACTERS), primary_key=True)
    """Of its Message-ID, or of all that stands in it, and of the paper that it was brought to."""
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    """The letter that it is; one may have come as several mails."""
    brought_in_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("known_blind <> ''", name="known_by_something"),)
