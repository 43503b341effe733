"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import (
    account,
    claims,
    copies,
    declining,
    dossier,
    forgotten,
    joining,
    letter,
    messages,
    moves,
    notes,
    people,
    queue,
    second_factors,
    second_step,
    sign_in,
    verification,
)
from webapp.desk.blueprint import desk

__all__ = [
    "account",
    "claims",
    "copies",
    "declining",
    "desk",
    "dossier",
    "forgotten",
    "joining",
    "letter",
    "messages",
    "moves",
    "notes",
    "people",
    "queue",
    "second_factors",
    "second_step",
    "sign_in",
    "verification",
]
