"""Moves of one letter."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.samples import HERALD, NOON, acting
from webapp.letters.editing.workflow import Move, lock_letter, move_letter
from webapp.letters.lookup import letter_for_desk
from webapp.rules.policy import Policy
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Letter, Role

LATER = NOON + timedelta(hours=2)
WEDNESDAY = date(2026, 3, 18)


def read(store: Database, reference: str) -> Letter:
    """Return a letter with its history."""
    with store.snapshot() as session:
        return letter_for_desk(session, reference)


def carry_out(
    store: Database,
    reference: str,
    decision: Move,
    editor_id: int,
    *,
    role: Role = Role.EDITOR,
    policy: Policy = HERALD,
) -> None:
    """Carry out a decision, two hours after the letter came."""
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
    """Return the decision to print a shortlisted letter on Wednesday, apart from ``changes``."""
    return replace(Move(to_state=State.SCHEDULED, version=2, print_on=WEDNESDAY), **changes)
