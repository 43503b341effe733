"""How often a letter can be sent, and a letter's own page be acted on, from one place and for one mailbox.

A school class, a newsroom, a household and the customers of a mobile network share one address: a limit
that a class of thirty meets in a lesson is a limit on readers. What comes faster than readers write, from
one place or in all, has to carry a proof of work first; see `webapp.reader.doorkeeper`.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from limits import RateLimitItemPerDay

from webapp.limiting import client, digest, take
from webapp.rules.emails import read_email
from webapp.rules.findings import RefusedError

FORMS_PER_CLIENT = "150 per 10 minutes"
"""A class of thirty sends five each in a lesson: once, and again for what had to be mended."""
LETTERS_PER_MAILBOX = "40 per day"
"""Stored ones, each of which brings a receipt. A teacher's address may stand under the letters of a class."""
ACTS_PER_CLIENT = "60 per 10 minutes"
"""Presses on letters' own pages: a handful for each letter."""
CONFIRMATIONS_PER_MAILBOX = RateLimitItemPerDay(10)
"""Sent again, for whichever of its letters; a stranger may have given the address of somebody else."""

SEND = "reader.send_letter"
ACTS = ("own_page.confirm", "own_page.send_confirmation", "own_page.take_back", "own_page.answer")


def limit_readers(app: Flask, limiter: Limiter) -> None:
    """Refuse, with 429, what comes more often than people write."""
    by_mailbox = limiter.limit(
        LETTERS_PER_MAILBOX, key_func=_mailbox, exempt_when=_has_no_mailbox, deduct_when=_stored
    )
    by_client = limiter.limit(FORMS_PER_CLIENT, key_func=client)
    _wrap(app, SEND, lambda view: by_client(by_mailbox(view)))
    acts = limiter.shared_limit(ACTS_PER_CLIENT, "own page", key_func=client)
    for endpoint in ACTS:
        _wrap(app, endpoint, acts)


def _wrap(app: Flask, endpoint: str, limit: Callable[..., object]) -> None:
    # Flask-Limiter types its result for coroutines too; a plain view stays a plain view.
    limited = limit(app.view_functions[endpoint])
    app.view_functions[endpoint] = cast("Callable[..., ResponseReturnValue]", limited)


def may_confirm_again(email: str) -> bool:
    """Count a confirm message that is asked for once more; tell whether one more may go to the mailbox."""
    return take(CONFIRMATIONS_PER_MAILBOX, digest("confirmations", _key(email)))


def _key(email: str) -> str:
    try:
        return read_email(email).key
    except RefusedError:
        return ""


def _mailbox() -> str:
    return digest("mailbox", _key_of_form())


def _has_no_mailbox() -> bool:
    return not _key_of_form()


def _key_of_form() -> str:
    """Return what the mailbox in the form is known by, read once for a request: the limit asks repeatedly."""
    if "mailbox_key" not in g:
        g.mailbox_key = _key(request.form.get("email", ""))
    return str(g.mailbox_key)


def _stored(response: Response) -> bool:
    return response.status_code == HTTPStatus.SEE_OTHER
