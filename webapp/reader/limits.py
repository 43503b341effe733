"""How often a letter can be sent, and a letter's own page be acted on, from one place.

A school class, a newsroom, a household and the customers of a mobile network share one address: a limit
that a class of thirty meets in a lesson is a limit on readers. What comes faster than readers write, from
one place or in all, has to carry a proof of work first; see `webapp.reader.proof_of_work`. How many
letters one mailbox can have is the same for all doors; see `webapp.web.letter_intake`.
"""

from flask import Flask
from flask_limiter import Limiter

from webapp.web.limits import SUBMISSIONS_PER_CLIENT, client, limit_views

ACTS_PER_CLIENT = "60 per 10 minutes"
"""Presses on letters' own pages: a handful for each letter."""

SEND = "reader.send_letter"
ACTS = ("own_page.confirm", "own_page.send_confirmation", "own_page.take_back", "own_page.answer")


def limit_readers(app: Flask, limiter: Limiter) -> None:
    """Refuse, with 429, what comes more often than people write."""
    forms = limiter.limit(SUBMISSIONS_PER_CLIENT, key_func=client)
    acts = limiter.shared_limit(ACTS_PER_CLIENT, "own page", key_func=client)
    limit_views(app, {SEND: (forms,), **dict.fromkeys(ACTS, (acts,))})
