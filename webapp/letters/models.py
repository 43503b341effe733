"""The tables. What must always be true of a row is a constraint here as well as code elsewhere."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from webapp.letters.columns import UtcDateTime, closed_set
from webapp.letters.states import (
    Channel,
    DeclineReason,
    EventKind,
    MessageKind,
    MessageState,
    Role,
    State,
)
from webapp.rules.findings import Number

# SQLite numbers rows by itself only where the key is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables, with constraint names that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime}


class Letter(Base):
    """A letter that met the rules, as it was received; its text never changes.

    The body stands last, so that a list of letters is read without it.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    """Opens the writer's own page. Kept readable, as a letter sent twice has to lead to the same page."""
    paper: Mapped[str] = mapped_column(String(60))
    channel: Mapped[Channel] = mapped_column(closed_set(Channel, "channel"))
    state: Mapped[State] = mapped_column(closed_set(State, "state"), default=State.RECEIVED)
    version: Mapped[int] = mapped_column(Integer, default=1)
    received_at: Mapped[datetime]
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Made with the form, so that one form gives one letter however often it is sent."""
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Of everything in the submission, under a key: the same submission again is the same letter."""
    category: Mapped[str] = mapped_column(String(60), default="")
    word_count: Mapped[int] = mapped_column(Integer)
    district: Mapped[str] = mapped_column(String(100), default="")
    article_url: Mapped[str] = mapped_column(Text, default="")
    article_headline: Mapped[str] = mapped_column(Text, default="")
    article_date: Mapped[date | None]
    exclusive: Mapped[bool]
    interest: Mapped[str] = mapped_column(Text, default="")
    ai_use: Mapped[str] = mapped_column(Text, default="")
    withhold_name: Mapped[bool]
    withhold_reason: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[bool]
    language: Mapped[str] = mapped_column(String(20), default="en")
    """The one that the writer is written to in."""
    email_confirmed_at: Mapped[datetime | None]
    in_queue: Mapped[bool] = mapped_column(default=True)
    """Whether editors see it: with some papers, once the e-mail address is confirmed."""
    headline: Mapped[str] = mapped_column(Text, default="")
    opening: Mapped[str] = mapped_column(String(160))
    """The first words of the body, for lists."""
    body: Mapped[str] = mapped_column(Text)

    particulars: Mapped["Particulars | None"] = relationship(back_populates="letter", lazy="raise")
    advisories: Mapped[list["Advisory"]] = relationship(lazy="raise", order_by="Advisory.position")
    events: Mapped[list["Event"]] = relationship(lazy="raise", order_by="Event.id")
    messages: Mapped[list["Message"]] = relationship(
        lazy="raise", order_by="Message.id", back_populates="letter"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- typed so by SQLAlchemy
    __table_args__ = (
        UniqueConstraint("paper", "fingerprint"),
        CheckConstraint("in_queue OR state IN ('received', 'withdrawn')", name="only_new_ones_out_of_queue"),
        CheckConstraint("word_count > 0", name="word_count_positive"),
        CheckConstraint("body <> ''", name="body_present"),
        CheckConstraint("withhold_name OR withhold_reason = ''", name="reason_only_if_withheld"),
        CheckConstraint("NOT withhold_name OR withhold_reason <> ''", name="withheld_with_reason"),
        Index(None, "state", "received_at", "id"),
        Index(None, "paper", "state", "received_at", "id"),
    )


class Particulars(Base):
    """Who wrote a letter and how to reach them, apart from the text so that it can be purged before it."""

    __tablename__ = "particulars"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    folded_name: Mapped[str] = mapped_column(String(300), default="", index=True)
    """Without case, accents and punctuation, to find a writer again."""
    email: Mapped[str] = mapped_column(String(320), default="")
    email_key: Mapped[str] = mapped_column(String(320), default="", index=True)
    phone_typed: Mapped[str] = mapped_column(String(100), default="")
    phone_e164: Mapped[str] = mapped_column(String(20), default="", index=True)
    phone_extension: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str] = mapped_column(String(3))

    letter: Mapped[Letter] = relationship(back_populates="particulars", lazy="raise")

    __table_args__ = (
        CheckConstraint("name <> ''", name="name_present"),
        CheckConstraint("phone_e164 = '' OR phone_e164 LIKE '+%'", name="phone_e164_international"),
    )


class Advisory(Base):
    """Something the rules told the editor about a letter when it came in."""

    __tablename__ = "advisories"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    numbers: Mapped[dict[str, Number]] = mapped_column(JSON)

    __table_args__ = (CheckConstraint("position >= 0", name="position_counts_from_zero"),)


class Event(Base):
    """One thing that happened to a letter: what, when, and by whom, unless the writer or time did it."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventKind] = mapped_column(closed_set(EventKind, "kind"))
    at: Mapped[datetime]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    from_state: Mapped[State | None] = mapped_column(closed_set(State, "from_state"))
    to_state: Mapped[State | None] = mapped_column(closed_set(State, "to_state"))
    reason: Mapped[DeclineReason | None] = mapped_column(closed_set(DeclineReason, "reason"))
    note: Mapped[str] = mapped_column(Text, default="")

    editor: Mapped["Editor | None"] = relationship(lazy="raise")

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
    )


class Message(Base):
    """An outgoing message, written in the transaction of its cause and sent when it is due."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    """Of RFC 5322, without its angle brackets: the same however often the message is sent."""
    kind: Mapped[MessageKind] = mapped_column(closed_set(MessageKind, "kind"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    sender: Mapped[str] = mapped_column(String(420))
    recipient: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    text_body: Mapped[str] = mapped_column(Text)
    html_body: Mapped[str] = mapped_column(Text)
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
    server_words: Mapped[str] = mapped_column(Text, default="")
    """What the mail server answered last."""

    letter: Mapped[Letter | None] = relationship(lazy="raise", back_populates="messages")

    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
        CheckConstraint("state = 'waiting' OR lease_until IS NULL", name="only_waiting_ones_leased"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("recipient <> ''", name="recipient_present"),
        Index(None, "state", "due_at", "id"),
    )


class Editor(Base):
    """Somebody with an account at the desk."""

    __tablename__ = "editors"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Normalised and in small letters."""
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(closed_set(Role, "role"))
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
        CheckConstraint("name <> ''", name="name_present"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hashed"),
    )


class SignIn(Base):
    """One signed-in browser of an editor; ending the row signs that browser out."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    editor: Mapped[Editor] = relationship(lazy="raise")

    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_after_creation"),)
