"""The desk's accounts as a chief sees and changes them. There is always a chief."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.events import TAKEN_BACK, note_event
from webapp.accounts.links import end_invitations_by
from webapp.accounts.sign_ins import sign_out_everywhere
from webapp.letters.editing.claims import release_all
from webapp.store.models import AccountEventKind, Editor, Passkey, Role, SignIn


class LastChiefError(Exception):
    """Without this account's being a chief's the desk would have none."""


class EditorMissingError(Exception):
    """There is no account of that number, or address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An account in the list of all."""

    editor: Editor
    last_signed_in_at: datetime | None
    has_passkey: bool

    @property
    def has_second_factor(self) -> bool:
        """Whether the password alone lets nobody in."""
        return self.has_passkey or self.editor.totp_confirmed_at is not None


def colleagues(session: Session) -> Sequence[Colleague]:
    """List all accounts, those that have ended last, each group by its names."""
    last = select(func.max(SignIn.created_at)).where(SignIn.editor_id == Editor.id).scalar_subquery()
    has_passkey = select(Passkey.id).where(Passkey.editor_id == Editor.id).exists()
    rows = session.execute(
        select(Editor, last, has_passkey).order_by(
            Editor.ended_at.is_not(None), func.lower(Editor.name), Editor.id
        )
    )
    return [
        Colleague(editor=editor, last_signed_in_at=last_signed_in_at, has_passkey=with_passkey)
        for editor, last_signed_in_at, with_passkey in rows
    ]


def read_editor(session: Session, editor_id: int) -> Editor:
    """Return an account.

    Raises:
        EditorMissingError: there is none of that number.
    """
    editor = session.get(Editor, editor_id)
    if editor is None:
        raise EditorMissingError
    return editor


def find_editor(session: Session, email: str) -> Editor:
    """Return the account with an address.

    Raises:
        EditorMissingError: there is none.
    """
    editor = session.scalar(select(Editor).where(Editor.email == email.strip().lower()))
    if editor is None:
        raise EditorMissingError
    return editor


def change_role(
    session: Session, editor_id: int, role: Role, *, now: datetime, by_id: int | None = None
) -> None:
    """Let an editor do more from now on, or less.

    Raises:
        EditorMissingError: there is no such account.
        LastChiefError: it is the only chief's.
    """
    editor = _locked(session, editor_id)
    if editor.role is role:
        return
    if editor.role is Role.CHIEF:
        _keep_a_chief(session, editor)
        end_invitations_by(session, editor_id, now)
    if role is Role.READER:
        release_all(session, editor_id, now, by_id=by_id)
    note = f"{editor.role.value} {role.value}"
    editor.role = role
    note_event(session, AccountEventKind.ROLE_CHANGED, editor_id, now=now, by_id=by_id, note=note)


def end_account(session: Session, editor_id: int, *, now: datetime, by_id: int | None = None) -> None:
    """Let an editor in no more: all sign-ins end at once, and colleagues can have what was claimed.

    Raises:
        EditorMissingError: there is no such account.
        LastChiefError: it is the only chief's.
    """
    editor = _locked(session, editor_id)
    if editor.ended_at is not None:
        return
    if editor.role is Role.CHIEF:
        _keep_a_chief(session, editor)
    editor.ended_at = now
    sign_out_everywhere(session, editor_id, now, by_id=by_id)
    end_invitations_by(session, editor_id, now)
    release_all(session, editor_id, now, by_id=by_id)
    note_event(session, AccountEventKind.ENDED, editor_id, now=now, by_id=by_id)


def reopen_account(session: Session, editor_id: int, *, now: datetime, by_id: int | None = None) -> None:
    """Let somebody in again whose account has ended.

    Raises:
        EditorMissingError: there is no such account.
    """
    editor = _locked(session, editor_id)
    if editor.ended_at is None:
        return
    editor.ended_at = None
    note_event(session, AccountEventKind.REOPENED, editor_id, now=now, by_id=by_id)


def require_second_factor(
    session: Session, editor_id: int, *, required: bool, now: datetime, by_id: int
) -> None:
    """Want more than a password from an editor, or no longer.

    Raises:
        EditorMissingError: there is no such account.
    """
    editor = _locked(session, editor_id)
    if editor.second_factor_required is required:
        return
    editor.second_factor_required = required
    note = "" if required else TAKEN_BACK
    note_event(session, AccountEventKind.SECOND_FACTOR_REQUIRED, editor_id, now=now, by_id=by_id, note=note)


def _locked(session: Session, editor_id: int) -> Editor:
    """Return an account that nobody else changes until the transaction ends.

    All chiefs are locked with it, always in the same order: of two who each take the other's role away,
    the second sees what the first has done.
    """
    rows = session.scalars(
        select(Editor)
        .where((Editor.id == editor_id) | ((Editor.role == Role.CHIEF) & Editor.ended_at.is_(None)))
        .order_by(Editor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    editor = next((row for row in rows if row.id == editor_id), None)
    if editor is None:
        raise EditorMissingError
    return editor


def _keep_a_chief(session: Session, editor: Editor) -> None:
    others = session.scalar(
        select(func.count()).where(
            Editor.role == Role.CHIEF, Editor.ended_at.is_(None), Editor.id != editor.id
        )
    )
    if editor.ended_at is None and not others:
        raise LastChiefError
