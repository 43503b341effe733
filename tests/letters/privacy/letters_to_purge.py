"""Helpers for tests: a paper with retention periods, letters in various states, and purging them."""

import dataclasses
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.letters.upkeep.test_sealing import Receipts
from tests.samples import HERALD, NOON, SECRET_KEY, acting, letter
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.privacy.retention import purge
from webapp.rules.enums import DeclineReason, State
from webapp.store.database import Database
from webapp.store.models import Channel, Letter

DAYS = 30
POLICY = dataclasses.replace(
    HERALD, retention_days=MappingProxyType({State.DECLINED: DAYS, State.PUBLISHED: DAYS})
)
LATER = NOON + timedelta(days=DAYS)
WITHHELD: dict[str, str | bool] = {"withhold_name": True, "withhold_reason": "My employer"}


def receive(store: Database, **changes: str | bool) -> str:
    """Receive a letter at `NOON` with a receipt message; return its reference."""
    submission = letter(**{"district": "Sai Ying Pun", **changes})
    arrival = Arrival(channel=Channel.FORM, at=NOON)
    return Intake(store, SECRET_KEY, Receipts()).receive(submission, HERALD, arrival).reference


def move(store: Database, reference: str, editor_id: int, to_state: State, at: datetime = NOON) -> None:
    """Set a letter to a state, with the event of the move.

    Args:
        store: The database.
        reference: The letter's reference.
        editor_id: The editor's id.
        to_state: The new state.
        at: When, with a time zone.
    """
    with store.transaction() as session:
        version = session.scalars(select(Letter.version).where(Letter.reference == reference)).one()
        decision = Move(
            to_state=to_state,
            version=version,
            reason=DeclineReason.SPACE,
            print_on=NOON.date(),
        )
        move_letter(
            session,
            lock_letter(session, reference, with_particulars=True),
            decision,
            HERALD,
            by=acting(editor_id),
            now=at,
        )


def run_purge(store: Database, now: datetime) -> int:
    """Purge all letters of `POLICY` that are due at ``now``; return how many there were."""
    return sum(step.letters for step in purge(store, [POLICY], now))


def load_letter(store: Database, reference: str) -> Letter:
    """Return a letter with its particulars, messages and events."""
    with store.snapshot() as session:
        return (
            session.scalars(
                select(Letter)
                .where(Letter.reference == reference)
                .options(
                    joinedload(Letter.particulars), joinedload(Letter.messages), joinedload(Letter.events)
                )
            )
            .unique()
            .one()
        )
