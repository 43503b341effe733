"""Codes on paper that let an editor in who has lost the second factor, each once."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.accounts.events import note_event
from webapp.accounts.second_factors import CodeRefusedError
from webapp.accounts.secret_digests import digest
from webapp.store.models import AccountEventKind, RecoveryCode
from webapp.store.statements import rows_changed

HOW_MANY = 10
GROUPS, GROUP = 4, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789"
"""32 letters and digits that can't be taken for one another: 80 bits a code, too many to be guessed."""


def make_recovery_codes(session: Session, editor_id: int, *, now: datetime) -> Sequence[str]:
    """Make new codes, in place of any there are, and return them: they are never seen again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.editor_id == editor_id))
    codes = [_new_code() for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(editor_id=editor_id, code_digest=digest(_plain(code))) for code in codes)
    note_event(session, AccountEventKind.RECOVERY_CODES_MADE, editor_id, now=now)
    return codes


def use_recovery_code(session: Session, editor_id: int, code: str, *, now: datetime) -> None:
    """Take a code, which is of no use afterwards.

    Raises:
        CodeRefusedError: it is none of the editor's, or was used.
    """
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.editor_id == editor_id,
            RecoveryCode.code_digest == digest(_plain(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if not rows_changed(session, used):
        raise CodeRefusedError
    note_event(session, AccountEventKind.RECOVERY_CODE_USED, editor_id, now=now)


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _plain(code: str) -> str:
    """Return a code as it is, however it was typed."""
    return "".join(code.lower().replace("-", " ").split())
