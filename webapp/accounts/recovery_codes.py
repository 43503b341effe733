"""Recovery codes: generate, store and use one-time codes that replace a lost second factor at sign-in."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.accounts.events import record_account_event
from webapp.accounts.second_factors import CodeRefusedError
from webapp.accounts.secret_digests import secret_digest
from webapp.store.models import AccountEventKind, RecoveryCode
from webapp.store.statements import rows_changed

CODES_PER_EDITOR = 10
GROUPS, GROUP_LENGTH = 4, 4
"""A code is four groups of four characters."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789"
"""32 letters and digits that are not mistaken for one another; a code of 16 has 80 random bits."""


def replace_recovery_codes(session: Session, editor_id: int, *, now: datetime) -> Sequence[str]:
    """Replace an editor's recovery codes, used ones too, with ten new ones; return these in plain text.

    Only their digests are stored: they can't be shown again. An event is recorded. Whether the editor has a
    second factor isn't checked.
    """
    session.execute(delete(RecoveryCode).where(RecoveryCode.editor_id == editor_id))
    codes = [_new_code() for _ in range(CODES_PER_EDITOR)]
    session.add_all(
        RecoveryCode(editor_id=editor_id, code_digest=secret_digest(_normalize(code))) for code in codes
    )
    record_account_event(session, AccountEventKind.RECOVERY_CODES_MADE, editor_id, now=now)
    return codes


def use_recovery_code(session: Session, editor_id: int, code: str, *, now: datetime) -> None:
    """Mark one of the editor's recovery codes as used, and record the event; a refused code is not recorded.

    Args:
        session: The transaction.
        editor_id: Whose code it must be.
        code: As typed; case, white space and hyphens are ignored.
        now: The current time.

    Raises:
        CodeRefusedError: it is not one of the editor's codes, or is used already.
    """
    use = (
        update(RecoveryCode)
        .where(
            RecoveryCode.editor_id == editor_id,
            RecoveryCode.code_digest == secret_digest(_normalize(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if not rows_changed(session, use):
        raise CodeRefusedError
    record_account_event(session, AccountEventKind.RECOVERY_CODE_USED, editor_id, now=now)


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def _normalize(code: str) -> str:
    """Return a typed code in lower case, without white space and hyphens."""
    return "".join(code.lower().replace("-", " ").split())
