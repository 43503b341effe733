"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import (
    claims,
    copies,
    declining,
    dossier,
    letter,
    messages,
    moves,
    notes,
    queue,
    sign_in,
    verification,
    writers,
)
from webapp.desk.blueprint import desk

__all__ = [
    "claims",
    "copies",
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
    "writers",
]
