"""Account administration: add, list, find, end, reopen accounts; change roles, require second factors.

It is for chiefs and the command line; that whoever does it is a chief isn't checked here. The last chief's
account can neither be ended nor lose its role. Each change locks the rows of that account and of all chiefs
until the transaction ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.accounts import find_editor_by_email, insert_editor, normalize_account_email
from webapp.accounts.events import REQUIREMENT_REMOVED, record_account_event
from webapp.accounts.one_time_links import revoke_invitations_by
from webapp.accounts.passwords import hash_new_password
from webapp.accounts.sign_ins import sign_out_everywhere
from webapp.letters.editing.claims import release_all_claims
from webapp.store.database import Database
from webapp.store.models import AccountEventKind, Editor, Passkey, Role, SignIn


class LastChiefError(Exception):
    """It is the account of the only chief; the change would leave the desk without one."""


class EditorMissingError(Exception):
    """There is no account with that id or e-mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """An account, with the start of its newest sign-in (None without any) and whether it has a passkey."""

    editor: Editor
    last_signed_in_at: datetime | None
    has_passkey: bool

    @property
    def has_second_factor(self) -> bool:
        """Whether a second step follows the password at sign-in."""
        return self.has_passkey or self.editor.totp_confirmed_at is not None


def add_editor(
    database: Database,
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    now: datetime,
    associated: Iterable[str] = (),
) -> int:
    """Create an account in a transaction of its own, and return its id; no account event is recorded.

    Args:
        database: Where to create it.
        email: The address to sign in with, as typed.
        name: As colleagues see it; where empty, the part of the address before the @. It is cut to 100
            characters.
        role: What the editor may do.
        password: In plain text, 10 to 1000 characters.
        now: The current time.
        associated: What the password must not be made of, beside address and name: the names of the papers.

    Raises:
        EditorRefusedError: the e-mail address is invalid, or the password is too short or too long.
        WeakPasswordError: the password would soon be guessed.
        EditorExistsError: the address has an account, which may have ended.
        StoreAwayError: the database can't be reached.
    """
    address = normalize_account_email(email)
    password_hash = hash_new_password(password, (address, name, *associated))
    with database.transaction() as session:
        editor = insert_editor(
            session, email=address, name=name, role=role, password_hash=password_hash, now=now
        )
        return editor.id


def account_summaries(session: Session) -> Sequence[AccountSummary]:
    """Return all accounts by name in any case of letters, those that have ended after the others."""
    last = select(func.max(SignIn.created_at)).where(SignIn.editor_id == Editor.id).scalar_subquery()
    has_passkey = select(Passkey.id).where(Passkey.editor_id == Editor.id).exists()
    rows = session.execute(
        select(Editor, last, has_passkey).order_by(
            Editor.ended_at.is_not(None), func.lower(Editor.name), Editor.id
        )
    )
    return [
        AccountSummary(editor=editor, last_signed_in_at=last_signed_in_at, has_passkey=with_passkey)
        for editor, last_signed_in_at, with_passkey in rows
    ]


def get_editor(session: Session, editor_id: int) -> Editor:
    """Return an account by its id; it may have ended.

    Raises:
        EditorMissingError: there is none with that id.
    """
    editor = session.get(Editor, editor_id)
    if editor is None:
        raise EditorMissingError
    return editor


def get_editor_by_email(session: Session, email: str) -> Editor:
    """Return an account by its e-mail address as typed, see `find_editor_by_email`; it may have ended.

    Raises:
        EditorMissingError: there is none with that address.
    """
    editor = find_editor_by_email(session, email)
    if editor is None:
        raise EditorMissingError
    return editor


def change_role(
    session: Session, editor_id: int, role: Role, *, now: datetime, by_id: int | None = None
) -> None:
    """Change an editor's role and record it; nothing happens where it is the same.

    The pending invitations of an editor who was a chief are revoked; the claims on letters of one who becomes
    a reader are released. Sign-ins go on, with the new role. An ended account can be changed, too.

    Args:
        session: The transaction.
        editor_id: Whose account.
        role: The new role.
        now: The current time.
        by_id: The id of the chief who does it; None for the command line.

    Raises:
        EditorMissingError: there is no such account.
        LastChiefError: it is the only chief's.
    """
    editor = _lock_editor(session, editor_id)
    if editor.role is role:
        return
    if editor.role is Role.CHIEF:
        _refuse_last_chief(session, editor)
        revoke_invitations_by(session, editor_id, now)
    if role is Role.READER:
        release_all_claims(session, editor_id, now, by_id=by_id)
    note = f"{editor.role.value} {role.value}"
    editor.role = role
    record_account_event(session, AccountEventKind.ROLE_CHANGED, editor_id, now=now, by_id=by_id, note=note)


def end_account(session: Session, editor_id: int, *, now: datetime, by_id: int | None = None) -> None:
    """End an account: its sign-ins end, the invitations it sent are revoked, its claims on letters released.

    It is recorded. Nothing happens where it has ended already. The row stays, with role, password and second
    factors, and can be reopened.

    Args:
        session: The transaction.
        editor_id: Whose account.
        now: The current time.
        by_id: The id of the chief who does it; None for the command line.

    Raises:
        EditorMissingError: there is no such account.
        LastChiefError: it is the only chief's.
    """
    editor = _lock_editor(session, editor_id)
    if editor.ended_at is not None:
        return
    if editor.role is Role.CHIEF:
        _refuse_last_chief(session, editor)
    editor.ended_at = now
    sign_out_everywhere(session, editor_id, now, by_id=by_id)
    revoke_invitations_by(session, editor_id, now)
    release_all_claims(session, editor_id, now, by_id=by_id)
    record_account_event(session, AccountEventKind.ENDED, editor_id, now=now, by_id=by_id)


def reopen_account(session: Session, editor_id: int, *, now: datetime, by_id: int | None = None) -> None:
    """Reopen an account that has ended, and record it; nothing happens where it is open.

    Its sign-ins stay ended; role, password and second factors are the same as before.

    Args:
        session: The transaction.
        editor_id: Whose account.
        now: The current time.
        by_id: The id of the chief who does it; None for the command line.

    Raises:
        EditorMissingError: there is no such account.
    """
    editor = _lock_editor(session, editor_id)
    if editor.ended_at is None:
        return
    editor.ended_at = None
    record_account_event(session, AccountEventKind.REOPENED, editor_id, now=now, by_id=by_id)


def set_second_factor_required(
    session: Session, editor_id: int, *, required: bool, now: datetime, by_id: int
) -> None:
    """Set whether an editor must have a second factor, and record a change of it.

    Without one, the desk shows the editor only the pages to set it up.

    Args:
        session: The transaction.
        editor_id: Whose account.
        required: Whether it is required from now on.
        now: The current time.
        by_id: The id of the chief who does it.

    Raises:
        EditorMissingError: there is no such account.
    """
    editor = _lock_editor(session, editor_id)
    if editor.second_factor_required is required:
        return
    editor.second_factor_required = required
    note = "" if required else REQUIREMENT_REMOVED
    record_account_event(
        session, AccountEventKind.SECOND_FACTOR_REQUIRED, editor_id, now=now, by_id=by_id, note=note
    )


def _lock_editor(session: Session, editor_id: int) -> Editor:
    """Return an account with a row lock on it and on all chiefs' accounts.

    The rows are locked in the order of their ids: of two chiefs who demote each other concurrently, the
    second waits and then sees the change of the first, and there is no deadlock.

    Raises:
        EditorMissingError: there is no such account.
    """
    chiefs_and_editor = session.scalars(
        select(Editor)
        .where((Editor.id == editor_id) | ((Editor.role == Role.CHIEF) & Editor.ended_at.is_(None)))
        .order_by(Editor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    editor = next((row for row in chiefs_and_editor if row.id == editor_id), None)
    if editor is None:
        raise EditorMissingError
    return editor


def _refuse_last_chief(session: Session, editor: Editor) -> None:
    other_chiefs = session.scalar(
        select(func.count()).where(
            Editor.role == Role.CHIEF, Editor.ended_at.is_(None), Editor.id != editor.id
        )
    )
    if editor.ended_at is None and not other_chiefs:
        raise LastChiefError
