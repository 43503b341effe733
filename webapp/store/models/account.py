"""The desk's people: their accounts, how they prove who they are, and what happened to that."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.store.column_types import Sealed, string_enum
from webapp.store.models.base import Base, RowId


class Role(StrEnum):
    """What somebody may do at the desk; each may do what those before it may."""

    READER = "reader"
    """Reads letters and decides nothing."""
    EDITOR = "editor"
    CHIEF = "chief"


class AccountLinkKind(StrEnum):
    """What a mailed link lets somebody do."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- the name of a thing, and no password


class AccountEventKind(StrEnum):
    """What happened to an account, or at its door."""

    INVITED = "invited"
    JOINED = "joined"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 -- the name of a thing, and no password
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the same
    ROLE_CHANGED = "role_changed"
    ENDED = "ended"
    REOPENED = "reopened"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"


class Editor(Base):
    """Somebody with an account at the desk."""

    __tablename__ = "editors"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Normalised and in small letters."""
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(string_enum(Role, "role"))
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_required: Mapped[bool] = mapped_column(default=False)
    """Whether a chief wants more than a password from this editor."""
    totp_secret: Mapped[str | None] = mapped_column(Sealed("second factor"))
    """Shared with the editor's authenticator, in base 32; one that is not confirmed yet does not count."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    """The newest time step whose code was used: no code lets anybody in twice."""

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
        CheckConstraint("name <> ''", name="name_present"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hashed"),
        CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="confirmed_totp_has_secret"
        ),
    )


class SignIn(Base):
    """One signed-in browser of an editor; ending the row signs that browser out."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    browser: Mapped[str] = mapped_column(String(200), default="")
    """As it calls itself."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    editor: Mapped[Editor] = relationship(lazy="raise")

    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_after_creation"),)


class RecoveryCode(Base):
    """Lets an editor in once who has lost the second factor."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key in an editor's device or browser (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("name <> ''", name="name_present"),)


class AccountLink(Base):
    """A link that was mailed to somebody: to make an account, or to choose a new password."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[AccountLinkKind] = mapped_column(string_enum(AccountLinkKind, "kind"))
    email: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[Role | None] = mapped_column(string_enum(Role, "role"))
    """Of the account that the link makes."""
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """Whose password it renews."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The chief who invites."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        CheckConstraint("(kind = 'invitation') = (role IS NOT NULL)", name="invitation_to_a_role"),
        CheckConstraint("(kind = 'password_reset') = (editor_id IS NOT NULL)", name="reset_of_an_account"),
        CheckConstraint("kind <> 'invitation' OR made_by_id IS NOT NULL", name="invitation_by_somebody"),
    )


class AccountEvent(Base):
    """One thing that happened to an account, or at its door."""

    __tablename__ = "account_events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[AccountEventKind] = mapped_column(string_enum(AccountEventKind, "kind"))
    at: Mapped[datetime]
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    """Whose account it is."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """Who did it, where it was somebody else."""
    note: Mapped[str] = mapped_column(Text, default="")

    editor: Mapped[Editor] = relationship(lazy="raise", foreign_keys=editor_id)
    by: Mapped[Editor | None] = relationship(lazy="raise", foreign_keys=by_id)
