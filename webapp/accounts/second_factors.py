"""Second factors of an editor: which are set up, reset by a chief, orphaned recovery codes; an error."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from webapp.accounts.events import record_account_event
from webapp.store.models import AccountEventKind, Editor, Passkey, RecoveryCode


class CodeRefusedError(Exception):
    """The code of an authenticator app or the recovery code is wrong, too old or used, or none is set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactors:
    """The second factors of one editor; true if there is any besides recovery codes."""

    has_authenticator: bool = False
    passkeys: int = 0
    codes_left: int = 0
    """Unused recovery codes. They replace a lost second factor and are none themselves."""

    def __bool__(self) -> bool:
        """Tell whether a second step follows the password at sign-in."""
        return self.has_authenticator or bool(self.passkeys)


def second_factors_of(session: Session, editor_id: int) -> SecondFactors:
    """Return the second factors that an editor has set up, in one query.

    Raises:
        NoResultFound: no account has this id (an error of SQLAlchemy).
    """
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
    return SecondFactors(has_authenticator=confirmed_at is not None, passkeys=passkeys, codes_left=codes)


def delete_orphaned_recovery_codes(session: Session, editor_id: int) -> None:
    """Delete an editor's recovery codes if no second factor is left; no event. It flushes the session.

    Raises:
        NoResultFound: no account has this id (an error of SQLAlchemy).
    """
    session.flush()
    if not second_factors_of(session, editor_id):
        session.execute(delete(RecoveryCode).where(RecoveryCode.editor_id == editor_id))


def reset_second_factors(session: Session, editor_id: int, *, by_id: int, now: datetime) -> None:
    """Delete all second factors and recovery codes of an editor, who has lost the device.

    An event is recorded, also where there were none. The editor's sign-ins go on, and a second factor that
    was required still is. That ``by_id`` is a chief isn't checked.

    Args:
        session: The transaction.
        editor_id: Whose second factors.
        by_id: The id of the chief who does it.
        now: The current time.
    """
    session.execute(delete(RecoveryCode).where(RecoveryCode.editor_id == editor_id))
    session.execute(delete(Passkey).where(Passkey.editor_id == editor_id))
    session.execute(
        update(Editor).where(Editor.id == editor_id).values(totp_secret=None, totp_confirmed_at=None)
    )
    record_account_event(session, AccountEventKind.SECOND_FACTOR_REMOVED, editor_id, now=now, by_id=by_id)
