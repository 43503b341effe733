"""All pages of the desk: importing them adds them to its blueprint."""

from webapp.desk import messages
from webapp.desk.account import (
    accept_invitation as joining,
    own_account as account,
    password_reset as forgotten,
    second_factors,
    second_step,
    sign_in,
)
from webapp.desk.blueprint import desk
from webapp.desk.letter import claims, copies, declining, dossier, moves, notes, page as letter, verification
from webapp.desk.people import colleagues as people, writers
from webapp.desk.queue import bulk, filters, page as queue, stories

__all__ = [
    "account",
    "bulk",
    "claims",
    "copies",
    "declining",
    "desk",
    "dossier",
    "filters",
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
    "stories",
    "verification",
    "writers",
]
