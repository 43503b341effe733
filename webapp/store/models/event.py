"""What happened to a letter."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.rules.states import DeclineReason, State
from webapp.store.column_types import string_enum
from webapp.store.models.account import Editor
from webapp.store.models.base import Base, RowId


class EventKind(StrEnum):
    """What happened to a letter."""

    RECEIVED = "received"
    MOVED = "moved"
    EMAIL_CONFIRMED = "email_confirmed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLAIMED = "claimed"
    RELEASED = "released"
    TAKEN_OVER = "taken_over"
    PARTICULARS_SEEN = "particulars_seen"
    CALLED = "called"
    NOTED = "noted"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ASSIGNED = "assigned"
    EDITED = "edited"
    APPROVAL_ASKED = "approval_asked"
    APPROVED = "approved"
    OBJECTED = "objected"
    MESSAGE_WRITTEN = "message_written"
    MESSAGE_CALLED_BACK = "message_called_back"
    DOSSIER_TAKEN = "dossier_taken"
    PURGED = "purged"
    """The writer's particulars went, as the paper keeps them for so long and no longer."""
    ERASED = "erased"
    """They went because the writer wanted it."""


class CallOutcome(StrEnum):
    """How a call to the writer ended."""

    CONFIRMED = "confirmed"
    """Wrote it, and sent it nowhere else."""
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DENIED = "denied"
    CHANGED = "changed"
    """Wrote it, and wants something in it changed first."""


class Event(Base):
    """One thing that happened to a letter: what, when, and by whom, unless the writer or time did it."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventKind] = mapped_column(string_enum(EventKind, "kind"))
    at: Mapped[datetime]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    from_state: Mapped[State | None] = mapped_column(string_enum(State, "from_state"))
    to_state: Mapped[State | None] = mapped_column(string_enum(State, "to_state"))
    reason: Mapped[DeclineReason | None] = mapped_column(string_enum(DeclineReason, "reason"))
    note: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[CallOutcome | None] = mapped_column(string_enum(CallOutcome, "outcome"))
    """Of a call to the writer."""
    print_on: Mapped[date | None]
    """The issue that a letter was scheduled for."""
    overrides: Mapped[bool] = mapped_column(default=False)
    """Whether a chief let the letter through without the proof that the paper wants; the note says why."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), unique=True)
    """The move that this one takes back."""
    concerns_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The colleague whom the letter was taken from or given to."""
    copy_number: Mapped[int | None] = mapped_column(Integer)
    """The edited copy that this is about."""

    editor: Mapped[Editor | None] = relationship(lazy="raise", foreign_keys=editor_id)
    concerns: Mapped[Editor | None] = relationship(lazy="raise", foreign_keys=concerns_id)

    __table_args__ = (
        CheckConstraint(
            "kind <> 'moved' OR (from_state IS NOT NULL AND to_state IS NOT NULL"
            " AND from_state <> to_state AND editor_id IS NOT NULL)",
            name="move_has_states_and_editor",
        ),
        CheckConstraint(
            "(reason IS NOT NULL) = (to_state IS NOT NULL AND to_state = 'declined')",
            name="reason_exactly_when_declined",
        ),
        CheckConstraint("(kind = 'called') = (outcome IS NOT NULL)", name="outcome_exactly_of_calls"),
        CheckConstraint(
            "(print_on IS NOT NULL) = (to_state IS NOT NULL AND to_state IN ('scheduled', 'published'))",
            name="day_exactly_when_printed",
        ),
        CheckConstraint("undoes_id IS NULL OR kind = 'moved'", name="only_moves_undo"),
        CheckConstraint(
            "NOT overrides OR (kind = 'moved' AND note <> '' AND to_state IN ('scheduled', 'published'))",
            name="override_with_reason",
        ),
    )
