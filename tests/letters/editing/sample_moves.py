"""Helpers for tests: reading a letter, moving it, and a move to scheduled."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.samples import HERALD, NOON, acting
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.lookup import letter_for_desk
from webapp.rules.enums import State
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Letter, Role

LATER = NOON + timedelta(hours=2)
WEDNESDAY = date(2026, 3, 18)


def read(store: Database, reference: str) -> Letter:
    """Return a letter with its events."""
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def make_move(
    store: Database,
    reference: str,
    decision: Move,
    editor_id: int,
    *,
    role: Role = Role.EDITOR,
    policy: Policy = HERALD,
) -> None:
    """Move a letter two hours after it was received.

    Args:
        store: The database.
        reference: The letter's reference.
        decision: The move.
        editor_id: The editor's id.
        role: The editor's role.
        policy: The rules of the paper.
    """
    with store.transaction() as session:
        move_letter(
            session,
            lock_letter(session, reference, with_particulars=True),
            decision,
            policy,
            by=acting(editor_id, role),
            now=LATER,
        )


def schedule(**changes: Any) -> Move:
    """Return a move of a shortlisted letter to scheduled for a Wednesday, with ``changes`` to its fields."""
    return replace(Move(to_state=State.SCHEDULED, version=2, print_on=WEDNESDAY), **changes)
