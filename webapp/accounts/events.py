"""What happened to accounts, and at their doors: a record that no page can change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.store.models import AccountEvent, AccountEventKind

BY_PASSWORD = "password"  # noqa: S105 -- the name of a thing, and no password
BY_PASSKEY = "passkey"
BY_CODE = "code"
BY_LINK = "link"
TAKEN_BACK = "taken_back"
"""Short words in an event's note that pages put into sentences."""


def note_event(
    session: Session,
    kind: AccountEventKind,
    editor_id: int,
    *,
    now: datetime,
    by_id: int | None = None,
    note: str = "",
) -> None:
    """Leave an event on an account; ``by_id`` is who did it, where that is not its owner."""
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
    """One page of events; ``next_before`` is the number that the following page stays below."""

    rows: Sequence[AccountEvent]
    next_before: int | None


def account_events(
    session: Session, *, editor_id: int | None = None, before: int | None = None, size: int = 50
) -> AccountEventPage:
    """List what happened, the newest first, to one account or to all."""
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
