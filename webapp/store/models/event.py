"""Model of events, a letter's history (who, when, states from and to, note); event kinds, call outcomes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.rules.enums import DeclineReason, State
from webapp.store.column_types import string_enum
from webapp.store.models.account import Editor
from webapp.store.models.base import Base, RowId


class EventKind(StrEnum):
    """Kind of event in a letter's history."""

    RECEIVED = "received"
    MOVED = "moved"
    """An editor changed the state; an undo is a move as well, with `Event.undoes_id`."""
    EMAIL_CONFIRMED = "email_confirmed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Withdrawn automatically: the writer's e-mail address was not confirmed in time."""
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
    """The writer's particulars were deleted because the paper's retention period had ended."""
    ERASED = "erased"
    """The writer's particulars were deleted at the writer's request."""


class CallOutcome(StrEnum):
    """Result of a verification call to the writer; the letter page offers the results in this order."""

    CONFIRMED = "confirmed"
    """The writer confirmed to have written the letter and to have sent it to no other paper."""
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    CHANGED = "changed"
    """The writer confirmed to have written the letter, and wants a change before it is printed."""
    WRONG_NUMBER = "wrong_number"
    DENIED = "denied"


class Event(Base):
    """An entry of a letter's history; triggers refuse to change or delete it.

    `editor_id` is empty where the writer, the worker, the intake or the command line caused the event.
    """

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
    """Result of a call; set for `CALLED` only."""
    print_on: Mapped[date | None]
    """Date of the issue that the letter was scheduled for or published in."""
    overrides: Mapped[bool] = mapped_column(default=False)
    """Whether a chief overrode a verification that the paper requires; the note says why."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), unique=True)
    """The move that this move undoes."""
    concerns_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The colleague whose claim was taken over, or to whom the letter was assigned."""
    copy_number: Mapped[int | None] = mapped_column(Integer)
    """Number of the edited copy that the event is about."""

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
