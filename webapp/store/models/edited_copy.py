"""The text as editors have made it, and what its writer says to that."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.store.column_types import string_enum
from webapp.store.models.account import Editor
from webapp.store.models.base import Base, RowId


class ApprovalAnswer(StrEnum):
    """What a writer says to an edited copy."""

    APPROVED = "approved"
    OBJECTED = "objected"


class EditedCopy(Base):
    """One version of a letter's text on top of the one that was received; it never changes."""

    __tablename__ = "edited_copies"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    """Counts from 1 for each letter."""
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
    """A writer is asked whether an edited copy may be printed."""

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
    """When the question lost its point: another copy was sent, or the letter was decided on."""

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
