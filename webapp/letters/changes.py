"""Changes made by one statement, whose effect is known by how many rows it found."""

from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.orm import Session


def change(session: Session, statement: Update | Delete) -> int:
    """Carry out ``statement``; return how many rows it changed."""
    # Of any statement's result the type does not say that it counts; of such a one's it does.
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
