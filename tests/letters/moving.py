"""Moves of one letter."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.samples import HERALD, NOON, acting
from webapp.letters.database import Database
from webapp.letters.models import Letter
from webapp.letters.record import letter_for_desk
from webapp.letters.states import Role, State
from webapp.letters.workflow import Move, move_letter
from webapp.rules.policy import Policy

LATER = NOON + timedelta(hours=2)
WEDNESDAY = date(2026, 3, 18)


def read(store: Database, reference: str) -> Letter:
    """Return a letter with its history."""
    with store.reading() as session:
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
    with store.writing() as session:
        move_letter(session, reference, decision, policy, by=acting(editor_id, role), now=LATER)


def schedule(**changes: Any) -> Move:
    """Return the decision to print a shortlisted letter on Wednesday, apart from ``changes``."""
    return replace(Move(to_state=State.SCHEDULED, version=2, print_on=WEDNESDAY), **changes)
