"""What is written to people."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.letters.columns import Sealed, closed_set
from webapp.letters.models.base import Base, RowId
from webapp.letters.models.letter import Letter
from webapp.letters.states import MessageKind, MessageState


class Message(Base):
    """An outgoing message, written in the transaction of its cause and sent when it is due."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Of RFC 5322, without its angle brackets: the same however often the message is sent."""
    kind: Mapped[MessageKind] = mapped_column(closed_set(MessageKind, "kind"))
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
        closed_set(MessageState, "state"), default=MessageState.WAITING
    )
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    """Until when one worker alone may send it."""
    sent_at: Mapped[datetime | None]
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    """The move that it tells of; taken back, the move takes a waiting message with it."""
    server_words: Mapped[str] = mapped_column(Sealed("server words"), default="")
    """What the mail server answered last; many repeat the address."""

    letter: Mapped[Letter | None] = relationship(lazy="raise", back_populates="messages")

    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("state = 'waiting' OR lease_until IS NULL", name="only_waiting_ones_leased"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index(None, "state", "due_at", "id"),
    )
