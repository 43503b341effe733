"""Model of outgoing messages: the outbox table, with due time, attempts and lease; delivery states."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.rules.enums import MessageKind
from webapp.store.column_types import SealedText, UnopenedText, string_enum
from webapp.store.models.base import Base, RowId


class MessageState(StrEnum):
    """Delivery state of an outgoing message."""

    WAITING = "waiting"
    """To be sent when it is due, also after a failed attempt."""
    SENT = "sent"
    """The mail server has accepted it."""
    DEAD = "dead"
    """Rejected for good, or every retry failed; only an editor can have it sent again."""
    CALLED_BACK = "called_back"
    """Cancelled before it was sent."""


class Message(Base):
    """An outgoing message: inserted in the transaction of its cause, sent by the delivery worker when due."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Message-ID header (RFC 5322) without angle brackets; the same for every attempt."""
    kind: Mapped[MessageKind] = mapped_column(string_enum(MessageKind, "kind"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    sender: Mapped[str] = mapped_column(String(420))
    """The From header: a name and an address."""
    recipient: Mapped[str] = mapped_column(SealedText("recipient"))
    language: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    text_body: Mapped[str] = mapped_column(SealedText("message"))
    html_body: Mapped[str] = mapped_column(SealedText("message in HTML"))
    in_reply_to: Mapped[str] = mapped_column(Text, default="")
    """Message-ID of the writer's e-mail that this message answers; empty without one."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(
        string_enum(MessageState, "state"), default=MessageState.WAITING
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """Finished attempts, the successful one included; those that a killed worker began are not counted."""
    lease_until: Mapped[datetime | None]
    """End of a worker's lease: until then no other worker may send the message."""
    lease_owner: Mapped[int | None] = mapped_column(Integer)
    """The number of the worker that has the lease, or had the last one; see `webapp.store.liveness`."""
    sent_at: Mapped[datetime | None]
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    """The event that the message reports; undoing it cancels the message if it still waits."""
    server_words: Mapped[str] = mapped_column(SealedText("server words"), default="")
    """The mail server's last reply; encrypted, as many replies repeat the address."""

    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("state = 'waiting' OR lease_until IS NULL", name="only_waiting_ones_leased"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index(None, "state", "due_at", "id"),
    )

    @property
    def is_unopened(self) -> bool:
        """Whether none of the keys decrypts its recipient or one of its texts; reads all three."""
        return any(
            isinstance(value, UnopenedText) for value in (self.recipient, self.text_body, self.html_body)
        )
