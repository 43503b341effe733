"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import (
    claims,
    declining,
    dossier,
    letter,
    messages,
    moves,
    notes,
    queue,
    sign_in,
    verification,
)
from webapp.desk.blueprint import desk

__all__ = [
    "claims",
    "declining",
    "desk",
    "dossier",
    "letter",
    "messages",
    "moves",
    "notes",
    "queue",
    "sign_in",
    "verification",
]
