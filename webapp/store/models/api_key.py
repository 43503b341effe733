"""Model of API keys: digest of the key, paper, and when it was created, ended and last used."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base, RowId


class ApiKey(Base):
    """A key with which a program may use the API.

    Rows are a record: triggers refuse to delete one, to change its key, name, paper or creation time, or to
    reopen one that has ended.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    """Name of the program or person that holds the key."""
    paper: Mapped[str | None] = mapped_column(String(60))
    """The only paper that the key gives access to; `None` gives access to all papers."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """When the key was last used; updated every few minutes at most, not for each request."""

    __table_args__ = (
        CheckConstraint("name <> ''", name="name_present"),
        CheckConstraint("paper <> ''", name="paper_named"),
        CheckConstraint("ended_at >= created_at", name="ends_after_creation"),
    )
