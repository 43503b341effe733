"""Models of letters: the letter, its writer's particulars, advisories, tags; channels and clearances."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.rules.enums import State
from webapp.rules.findings import Number
from webapp.rules.policy.sections.length import LengthUnit
from webapp.store.column_types import Contact, SealedContact, string_enum
from webapp.store.models.account import Editor
from webapp.store.models.base import Base, RowId
from webapp.store.models.edited_copy import Approval, EditedCopy
from webapp.store.models.event import Event
from webapp.store.models.imports import Import
from webapp.store.models.message import Message
from webapp.store.seal import BLIND_INDEX_LENGTH


class Channel(StrEnum):
    """How a letter arrived."""

    FORM = "form"
    MAIL = "mail"
    IMPORT = "import"
    API = "api"


class Clearance(StrEnum):
    """Why a letter may be printed: verified as the paper requires, or overridden."""

    VERIFIED = "verified"
    """The verification that the paper requires was done."""
    OVERRIDE = "override"
    """A chief decided to print it without the required verification."""


class Letter(Base):
    """A letter that met the rules, as received, with its state, claim, assignment and issue.

    Triggers refuse to change its text, paper, channel or date of arrival.
    The body stands behind what lists of letters show, so that they are read without it. Only a length in
    another unit than words stands behind the body; an empty one isn't read there.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    """Secret part of the URL of the writer's own page. Not hashed: the same submission sent again must get
    the same URL."""
    paper: Mapped[str] = mapped_column(String(60))
    channel: Mapped[Channel] = mapped_column(string_enum(Channel, "channel"), index=True)
    state: Mapped[State] = mapped_column(string_enum(State, "state"), default=State.RECEIVED)
    version: Mapped[int] = mapped_column(Integer, default=1)
    """SQLAlchemy's version counter (optimistic locking): a stale update raises `StaleDataError`."""
    received_at: Mapped[datetime]
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Idempotency key from the form or the API request: one key gives at most one letter."""
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """HMAC of the whole submission: the same submission sent again is recognised as the same letter."""
    category: Mapped[str] = mapped_column(String(60), default="", index=True)
    word_count: Mapped[int] = mapped_column(Integer)
    length: Mapped[int | None] = mapped_column(Integer)
    """Length of the body in `length_unit`; both are empty where the paper counts words."""
    length_unit: Mapped[LengthUnit | None] = mapped_column(string_enum(LengthUnit, "length_unit"))
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
    """Language of messages to the writer (a language tag)."""
    email_confirmed_at: Mapped[datetime | None]
    in_queue: Mapped[bool] = mapped_column(default=True)
    """Whether the desk sees it; false until the e-mail address is confirmed, for papers that require that."""
    article_key: Mapped[str] = mapped_column(String(300), default="", index=True)
    """Normalised URL or headline of the article, equal for all letters that answer the same article."""
    call_confirmed_at: Mapped[datetime | None]
    """When the writer confirmed the letter by phone; cleared by a later call with DENIED, WRONG_NUMBER or
    CHANGED."""
    clearance: Mapped[Clearance | None] = mapped_column(string_enum(Clearance, "clearance"))
    """Set when the letter is scheduled or published."""
    print_on: Mapped[date | None]
    """Date of the issue that it is scheduled for or was published in."""
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The editor who has the claim: an exclusive lock that expires at `claimed_until`."""
    claimed_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    latest_copy: Mapped[int] = mapped_column(Integer, default=0)
    """Number of the newest edited copy; 0 means the text as received."""
    headline: Mapped[str] = mapped_column(Text, default="")
    opening: Mapped[str] = mapped_column(String(160))
    """The beginning of the body, for lists."""
    body: Mapped[str] = mapped_column(Text)

    particulars: Mapped["Particulars | None"] = relationship(back_populates="letter", lazy="raise")
    advisories: Mapped[list["Advisory"]] = relationship(lazy="raise", order_by="Advisory.position")
    events: Mapped[list[Event]] = relationship(lazy="raise", order_by="Event.id")
    messages: Mapped[list[Message]] = relationship(lazy="raise", order_by="Message.id")
    copies: Mapped[list[EditedCopy]] = relationship(lazy="raise", order_by="EditedCopy.number")
    approvals: Mapped[list[Approval]] = relationship(lazy="raise", order_by="Approval.id")
    tags: Mapped[list["LetterTag"]] = relationship(lazy="raise", order_by="LetterTag.tag")
    imports: Mapped[list[Import]] = relationship(lazy="raise", order_by="Import.brought_in_at")
    claimed_by: Mapped[Editor | None] = relationship(lazy="raise", foreign_keys=claimed_by_id)
    assigned_to: Mapped[Editor | None] = relationship(lazy="raise", foreign_keys=assigned_to_id)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- typed so by SQLAlchemy
    __table_args__ = (
        UniqueConstraint("paper", "fingerprint"),
        CheckConstraint("in_queue OR state IN ('received', 'withdrawn')", name="only_new_ones_out_of_queue"),
        CheckConstraint("word_count > 0", name="word_count_positive"),
        CheckConstraint("length > 0", name="length_positive"),
        CheckConstraint("(length IS NULL) = (length_unit IS NULL)", name="length_with_unit"),
        CheckConstraint("body <> ''", name="body_present"),
        CheckConstraint("withhold_name OR withhold_reason = ''", name="reason_only_if_withheld"),
        CheckConstraint("NOT withhold_name OR withhold_reason <> ''", name="withheld_with_reason"),
        CheckConstraint(
            "state NOT IN ('scheduled', 'published') OR (clearance IS NOT NULL AND print_on IS NOT NULL)",
            name="printed_with_clearance_and_day",
        ),
        CheckConstraint(
            "(claimed_by_id IS NULL) = (claimed_until IS NULL)"
            " AND (claimed_by_id IS NULL) = (claimed_at IS NULL)",
            name="claim_whole",
        ),
        CheckConstraint("latest_copy >= 0", name="copies_counted"),
        Index(None, "in_queue", "received_at", "id"),
        Index(None, "in_queue", "state", "received_at", "id"),
        Index(None, "paper", "in_queue", "received_at", "id"),
        Index(None, "paper", "in_queue", "state", "received_at", "id"),
        Index(None, "paper", "article_key", "received_at"),
        *(
            # Partial indexes: most letters are neither claimed nor assigned.
            Index(
                None,
                name,
                "received_at",
                sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("claimed_by_id", "assigned_to_id")
        ),
    )


class Particulars(Base):
    """The writer's name and contact details, in their own table: they are purged before the text.

    Plain text is stored only of a name that may be printed, and of the country. The rest is encrypted in
    `contact`; writers are found by blind indexes (`*_blind`).
    """

    __tablename__ = "particulars"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    printed_name: Mapped[str] = mapped_column(String(100), default="")
    """The full name; empty where the writer wants it withheld."""
    country: Mapped[str] = mapped_column(String(3))
    name_blind: Mapped[str] = mapped_column(String(BLIND_INDEX_LENGTH), default="", index=True)
    email_blind: Mapped[str] = mapped_column(String(BLIND_INDEX_LENGTH), default="", index=True)
    phone_blind: Mapped[str] = mapped_column(String(BLIND_INDEX_LENGTH), default="", index=True)
    contact: Mapped[Contact | None] = mapped_column(SealedContact)
    """`None` after purging or erasure."""
    purged_at: Mapped[datetime | None]

    letter: Mapped[Letter] = relationship(back_populates="particulars", lazy="raise")

    __table_args__ = (
        CheckConstraint("(contact IS NULL) = (purged_at IS NOT NULL)", name="contact_until_purged"),
        Index(
            None,
            "purged_at",
            sqlite_where=text("purged_at IS NOT NULL"),
            postgresql_where=text("purged_at IS NOT NULL"),
        ),
    )

    @property
    def name(self) -> str:
        """The full name, also where it is withheld.

        After purging, or where none of the keys opens it, it is only the printed name, maybe empty.
        """
        is_readable = self.contact is not None and not self.contact.is_unopened
        return self.contact.name if self.contact and is_readable else self.printed_name

    @property
    def email(self) -> str:
        """The e-mail address; empty after purging."""
        return self.contact.email if self.contact else ""

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers to the paper's own questions, by key; none after purging."""
        return self.contact.answers if self.contact else {}

    @property
    def phone_typed(self) -> str:
        """The phone number as it was typed; empty after purging."""
        return self.contact.phone_typed if self.contact else ""

    @property
    def phone_e164(self) -> str:
        """The phone number in E.164 form; empty after purging."""
        return self.contact.phone_e164 if self.contact else ""

    @property
    def phone_extension(self) -> str:
        """The phone extension; empty after purging."""
        return self.contact.phone_extension if self.contact else ""

    @property
    def address(self) -> str:
        """The postal address; empty after purging."""
        return self.contact.address if self.contact else ""


class Advisory(Base):
    """A finding for the editor, from the check at intake, in order of `position`; refusals are not stored."""

    __tablename__ = "advisories"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    numbers: Mapped[dict[str, Number]] = mapped_column(JSON)

    __table_args__ = (
        CheckConstraint("position >= 0", name="position_counts_from_zero"),
        Index(None, "code", "letter_id"),
    )


class LetterTag(Base):
    """A tag that an editor put on a letter."""

    __tablename__ = "letter_tags"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)

    __table_args__ = (CheckConstraint("tag <> ''", name="tag_present"),)
