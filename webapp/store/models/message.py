"""What is written to people."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.rules.states import MessageKind
from webapp.store.column_types import Sealed, string_enum
from webapp.store.models.base import Base, RowId


class MessageState(StrEnum):
    """Where an outgoing message stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    CALLED_BACK = "called_back"


class Message(Base):
    """An outgoing message, written in the transaction of its cause and sent when it is due."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Of RFC 5322, without its angle brackets: the same however often the message is sent."""
    kind: Mapped[MessageKind] = mapped_column(string_enum(MessageKind, "kind"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    sender: Mapped[str] = mapped_column(String(420))
    recipient: Mapped[str] = mapped_column(Sealed("recipient"))
    language: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    text_body: Mapped[str] = mapped_column(Sealed("message"))
    html_body: Mapped[str] = mapped_column(Sealed("message in HTML"))
    in_reply_to: Mapped[str] = mapped_column(Text, default="")
    """The writer's own message that this one answers, where there is one."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(
        string_enum(MessageState, "state"), default=MessageState.WAITING
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    """Until when one worker alone may send it."""
    sent_at: Mapped[datetime | None]
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    """The move that it tells of; taken back, the move takes a waiting message with it."""
    server_words: Mapped[str] = mapped_column(Sealed("server words"), default="")
    """What the mail server answered last; many repeat the address."""

    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("state = 'waiting' OR lease_until IS NULL", name="only_waiting_ones_leased"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index(None, "state", "due_at", "id"),
    )
