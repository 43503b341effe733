"""What opens the API."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class ApiKey(Base):
    """A key with which a program hands letters in.

    Rows stay, and so does what they say of who has it and when it ended: the store refuses anything else.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    """Says who holds it."""
    paper: Mapped[str | None] = mapped_column(String(60))
    """The only one that it opens; all that are served, where there is none."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """To some minutes."""

    __table_args__ = (
        CheckConstraint("name <> ''", name="name_present"),
        CheckConstraint("paper <> ''", name="paper_named"),
        CheckConstraint("ended_at >= created_at", name="ends_after_creation"),
    )
