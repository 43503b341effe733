"""Models of desk accounts (editor, sign-in, recovery code, passkey, mailed link, event) and their enums."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    case,
    column,
    exists,
    func,
    table,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from webapp.store.column_types import SealedText, string_enum
from webapp.store.models.base import Base, RowId


class Role(StrEnum):
    """Permission level of an account, from the lowest to the highest; each includes the ones before it."""

    READER = "reader"
    """May read letters, but not their writers' particulars; may change nothing."""
    EDITOR = "editor"
    """May also see writers' particulars, work on letters and decide on them."""
    CHIEF = "chief"
    """May also manage accounts, erase writers, take over claims and override missing verification."""


class AccountLinkKind(StrEnum):
    """Purpose of a mailed account link."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a kind of link, not a password


class AccountEventKind(StrEnum):
    """Kind of account event: invitations, sign-ins, also failed ones, and changes of the account."""

    INVITED = "invited"
    JOINED = "joined"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 -- a kind of event, not a password
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


_NAMESAKES = table("editors", column("id"), column("name")).alias("namesakes")


class Editor(Base):
    """An account at the desk, whatever its role; never deleted, only ended."""

    __tablename__ = "editors"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Normalised and in lower case; the name for signing in."""
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(string_enum(Role, "role"))
    password_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When a chief closed the account; empty while it is open."""
    second_factor_required: Mapped[bool] = mapped_column(default=False)
    """Whether a chief requires a second factor from this editor."""
    totp_secret: Mapped[str | None] = mapped_column(SealedText("second factor"))
    """Secret of the authenticator app (TOTP), in base32; not in use until `totp_confirmed_at` is set."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    """The newest TOTP time step whose code was used: a code is accepted once only."""
    distinct_name: Mapped[str] = column_property(
        case(
            (
                exists()
                .where(
                    _NAMESAKES.c.id != id,  # noqa: A003 -- the column above, not the built-in function
                    func.lower(_NAMESAKES.c.name) == func.lower(name),
                )
                .correlate_except(_NAMESAKES),
                name + " (" + email + ")",
            ),
            else_=name,
        )
    )
    """The name as colleagues see it; with the address where another account, open or ended, has the name too.
    The database works it out as it reads the row."""

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_in_small_letters"),
        CheckConstraint("name <> ''", name="name_present"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hashed"),
        CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="confirmed_totp_has_secret"
        ),
    )


class SignIn(Base):
    """A server-side session of an editor in one browser, valid until `expires_at`, or `ended_at` if set."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the token in the browser's cookie."""
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    browser: Mapped[str] = mapped_column(String(200), default="")
    """The User-Agent header, shortened to 200 characters."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    editor: Mapped[Editor] = relationship(lazy="raise")

    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_after_creation"),)


class RecoveryCode(Base):
    """A one-time code that replaces a lost second factor."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A WebAuthn credential of an editor: the public key and what verifies its next use."""

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
    """A mailed one-time link: an invitation to create an account, or a password reset."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[AccountLinkKind] = mapped_column(string_enum(AccountLinkKind, "kind"))
    email: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[Role | None] = mapped_column(string_enum(Role, "role"))
    """Role of the account that an invitation creates; empty for a password reset."""
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The account whose password is reset; empty for an invitation."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The chief who sent the invitation."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When the link was revoked without having been used."""

    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        CheckConstraint("(kind = 'invitation') = (role IS NOT NULL)", name="invitation_to_a_role"),
        CheckConstraint("(kind = 'password_reset') = (editor_id IS NOT NULL)", name="reset_of_an_account"),
        CheckConstraint("kind <> 'invitation' OR made_by_id IS NOT NULL", name="invitation_by_somebody"),
    )


class AccountEvent(Base):
    """An entry of an account's history: a sign-in, a failed one, or a change; triggers refuse to alter it."""

    __tablename__ = "account_events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[AccountEventKind] = mapped_column(string_enum(AccountEventKind, "kind"))
    at: Mapped[datetime]
    editor_id: Mapped[int] = mapped_column(ForeignKey("editors.id"), index=True)
    """The account that the event is about."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("editors.id"))
    """The account that did it, if it was another one."""
    note: Mapped[str] = mapped_column(Text, default="")

    editor: Mapped[Editor] = relationship(lazy="raise", foreign_keys=editor_id)
    by: Mapped[Editor | None] = relationship(lazy="raise", foreign_keys=by_id)
