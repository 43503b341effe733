"""Models of edited copies (versions of a letter's text) and of the writer's approval of one; its answers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.store.column_types import string_enum
from webapp.store.models.account import Editor
from webapp.store.models.base import Base, RowId


class ApprovalAnswer(StrEnum):
    """The writer's answer to an approval request."""

    APPROVED = "approved"
    OBJECTED = "objected"


class EditedCopy(Base):
    """An edited version of a letter's text; triggers refuse to change or delete it."""

    __tablename__ = "edited_copies"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    """Counts from 1 within a letter; 0 stands for the text as received, which has no row here."""
    headline: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    word_count: Mapped[int] = mapped_column(Integer)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"))
    at: Mapped[datetime]

    editor: Mapped[Editor] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        CheckConstraint("number > 0", name="number_counts_from_one"),
        CheckConstraint("body <> ''", name="body_present"),
        CheckConstraint("word_count > 0", name="word_count_positive"),
    )


class Approval(Base):
    """A request to the writer to approve an edited copy; a letter has at most one open request."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    copy_id: Mapped[int] = mapped_column(ForeignKey("edited_copies.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("editors.id"))
    asked_at: Mapped[datetime]
    deadline: Mapped[datetime]
    answer: Mapped[ApprovalAnswer | None] = mapped_column(string_enum(ApprovalAnswer, "answer"))
    comment: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When the request was closed without an answer: another copy was sent, or the letter was decided on."""

    copy: Mapped[EditedCopy] = relationship(lazy="raise")
    asked_by: Mapped[Editor] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_with_its_moment"),
        CheckConstraint("answer IS NOT NULL OR comment = ''", name="comment_only_with_answer"),
        CheckConstraint("deadline > asked_at", name="deadline_after_question"),
        Index(
            "uq_approvals_open",
            "letter_id",
            unique=True,
            sqlite_where=text("answer IS NULL AND ended_at IS NULL"),
            postgresql_where=text("answer IS NULL AND ended_at IS NULL"),
        ),
    )
