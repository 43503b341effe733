"""The audit log of accounts: record and list account events (sign-ins, role changes …); codes of their notes.

Database triggers refuse to change or delete an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.store.models import AccountEvent, AccountEventKind

BY_PASSWORD = "password"  # noqa: S105 -- a code, not a password
BY_PASSKEY = "passkey"
BY_CODE = "code"
BY_LINK = "link"
REQUIREMENT_REMOVED = "taken_back"
"""Codes in `AccountEvent.note`, which `webapp.wording.desk.accounts` puts into words."""


def record_account_event(
    session: Session,
    kind: AccountEventKind,
    editor_id: int,
    *,
    now: datetime,
    by_id: int | None = None,
    note: str = "",
) -> None:
    """Add an event to an account's log, within the caller's transaction.

    Args:
        session: The transaction.
        kind: What happened.
        editor_id: Whose account it happened to; for an invitation, who sent it.
        now: The current time.
        by_id: Who did it; the owner of the account may be given or left out, and is stored as NULL.
        note: More about it: one of the codes above, role values, or the name of a passkey.
    """
    session.add(
        AccountEvent(
            kind=kind,
            at=now,
            editor_id=editor_id,
            by_id=None if by_id == editor_id else by_id,
            note=note,
        )
    )


@dataclass(frozen=True, slots=True)
class AccountEventPage:
    """One page of events, and the value of ``before`` for the next page; None on the last page."""

    rows: Sequence[AccountEvent]
    next_before: int | None


def account_events(
    session: Session, *, editor_id: int | None = None, before: int | None = None, size: int = 50
) -> AccountEventPage:
    """Return a page of account events, newest first (keyset pagination by id).

    Args:
        session: The session to read in.
        editor_id: Whose events, not those that this editor caused in other accounts; None for those of all
            accounts.
        before: Only events with a smaller id; None for the first page.
        size: The greatest number of events on the page.
    """
    query = (
        select(AccountEvent)
        .options(joinedload(AccountEvent.editor), joinedload(AccountEvent.by))
        .order_by(AccountEvent.id.desc())
        .limit(size + 1)
    )
    if editor_id is not None:
        query = query.where(AccountEvent.editor_id == editor_id)
    if before is not None:
        query = query.where(AccountEvent.id < before)
    rows = session.scalars(query).all()
    return AccountEventPage(rows[:size], rows[size - 1].id if len(rows) > size else None)
