"""How often a program without a key may ask, and how often a key may be wrong.

Whoever has a key that works is held up by neither: all readers of a paper's own site come from one address,
and a neighbour's guesses must not keep them out. A key that is used too much can be ended.
"""

from http import HTTPStatus

from flask import Flask, Response
from flask_limiter import Limiter

from webapp.api.authentication import has_shown_key, has_working_key
from webapp.web.limits import SUBMISSIONS_PER_CLIENT, client, limit_views

WRONG_KEYS_PER_CLIENT = "30 per 10 minutes"
CHECK = "api.check_letter"
SEND = "api.send_letter"


def limit_programs(app: Flask, limiter: Limiter) -> None:
    """Refuse, with 429, what comes more often."""
    checks = limiter.limit(SUBMISSIONS_PER_CLIENT, key_func=client, exempt_when=has_working_key)
    wrong_keys = limiter.shared_limit(
        WRONG_KEYS_PER_CLIENT,
        scope="wrong API keys",
        key_func=client,
        exempt_when=_has_no_wrong_key,
        deduct_when=_is_refused,
    )
    limit_views(app, {CHECK: (checks, wrong_keys), SEND: (wrong_keys,)})


def _has_no_wrong_key() -> bool:
    return has_working_key() or not has_shown_key()


def _is_refused(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
