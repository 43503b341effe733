"""All view modules of the desk, whose import registers their views, and the blueprint `desk` itself."""

from webapp.desk import messages
from webapp.desk.account import (
    accept_invitation,
    own_account,
    password_reset,
    second_factors,
    second_step,
    sign_in,
)
from webapp.desk.blueprint import desk
from webapp.desk.letter import (
    claims,
    declining,
    dossier,
    moves,
    notes,
    page as letter_page,
    verification,
    versions,
)
from webapp.desk.people import colleagues, writers
from webapp.desk.queue import bulk, filters, page as queue_page, stories

__all__ = [
    "accept_invitation",
    "bulk",
    "claims",
    "colleagues",
    "declining",
    "desk",
    "dossier",
    "filters",
    "letter_page",
    "messages",
    "moves",
    "notes",
    "own_account",
    "password_reset",
    "queue_page",
    "second_factors",
    "second_step",
    "sign_in",
    "stories",
    "verification",
    "versions",
    "writers",
]
