"""What an editor has besides the password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from webapp.accounts.events import note_event
from webapp.store.models import AccountEventKind, Editor, Passkey, RecoveryCode


class CodeRefusedError(Exception):
    """The code is none that lets this editor in now: wrong, too old, or used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What stands between an editor's password and the desk."""

    has_authenticator: bool = False
    passkeys: int = 0
    codes_left: int = 0
    """Recovery codes; they only ever stand in for one of the others."""

    def __bool__(self) -> bool:
        """Tell whether the password alone lets nobody in."""
        return self.has_authenticator or bool(self.passkeys)


def factors_of(session: Session, editor_id: int) -> Factors:
    """Return what the editor has set up."""
    confirmed_at, passkeys, codes = session.execute(
        select(
            Editor.totp_confirmed_at,
            select(func.count()).select_from(Passkey).where(Passkey.editor_id == editor_id).scalar_subquery(),
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.editor_id == editor_id, RecoveryCode.used_at.is_(None))
            .scalar_subquery(),
        ).where(Editor.id == editor_id)
    ).one()
    return Factors(has_authenticator=confirmed_at is not None, passkeys=passkeys, codes_left=codes)


def drop_codes_without_factor(session: Session, editor_id: int) -> None:
    """Take the recovery codes away from an editor who has nothing left for them to stand in for."""
    session.flush()
    if not factors_of(session, editor_id):
        session.execute(delete(RecoveryCode).where(RecoveryCode.editor_id == editor_id))


def reset_second_factors(session: Session, editor_id: int, *, by_id: int, now: datetime) -> None:
    """Take everything but the password from an editor who has lost the device."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.editor_id == editor_id))
    session.execute(delete(Passkey).where(Passkey.editor_id == editor_id))
    session.execute(
        update(Editor).where(Editor.id == editor_id).values(totp_secret=None, totp_confirmed_at=None)
    )
    note_event(session, AccountEventKind.SECOND_FACTOR_REMOVED, editor_id, now=now, by_id=by_id)
