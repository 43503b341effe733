"""Rate limits of the reader's pages, per client: sending letters, and actions on a letter's own page.

A school class, a newsroom, a household and the customers of a mobile network share one address: a limit that
a class of thirty reaches in one lesson would lock readers out. Letters that arrive faster than people write
need a proof of work first, see `webapp.reader.proof_of_work`. The limit of letters per mailbox holds for form
and API together, see `webapp.letters.intake.mailbox_limit`.
"""

from flask import Flask
from flask_limiter import Limiter

from webapp.web.limits import SUBMISSIONS_PER_CLIENT, limit_views

OWN_PAGE_ACTIONS_PER_CLIENT = "60 per 10 minutes"
"""POST requests to own pages, of all letters together; one letter needs only a few."""

LETTER_ENDPOINT = "reader.send_letter"
OWN_PAGE_ENDPOINTS = (
    "own_page.confirm",
    "own_page.send_confirmation",
    "own_page.take_back",
    "own_page.answer",
)


def limit_readers(app: Flask, limiter: Limiter) -> None:
    """Limit the rates of these pages' views, which ``app`` must have already; beyond them they answer 429."""
    letter_limit = limiter.limit(SUBMISSIONS_PER_CLIENT)
    action_limit = limiter.shared_limit(OWN_PAGE_ACTIONS_PER_CLIENT, "own page")
    limit_views(app, {LETTER_ENDPOINT: (letter_limit,), **dict.fromkeys(OWN_PAGE_ENDPOINTS, (action_limit,))})
