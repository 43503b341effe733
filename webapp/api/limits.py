"""Rate limits of the API: checks without a key, and wrong API keys, each per client.

Requests with a valid key are not limited: all readers of a paper's own site may come from one IP address, and
wrong keys sent from it must not block them. A key that is used too much can be revoked.
"""

from http import HTTPStatus

from flask import Flask, Response
from flask_limiter import Limiter

from webapp.api.authentication import has_valid_api_key, sends_api_key
from webapp.web.limits import SUBMISSIONS_PER_CLIENT, limit_views

WRONG_KEYS_PER_CLIENT = "30 per 10 minutes"
CHECK = "api.check_letter"
SEND = "api.send_letter"


def limit_api_requests(app: Flask, limiter: Limiter) -> None:
    """Limit checking without a valid key, and wrong keys in checking and sending; over a limit, answer 429.

    The OpenAPI description isn't limited. A valid key is exempt. Only requests that are answered with 401
    count as wrong keys. The views must be registered; they are replaced by limited ones.
    """
    checks = limiter.limit(SUBMISSIONS_PER_CLIENT, exempt_when=has_valid_api_key)
    wrong_keys = limiter.shared_limit(
        WRONG_KEYS_PER_CLIENT,
        scope="wrong API keys",
        exempt_when=_has_no_wrong_key,
        deduct_when=_is_refused,
    )
    limit_views(app, {CHECK: (checks, wrong_keys), SEND: (wrong_keys,)})


def _has_no_wrong_key() -> bool:
    return has_valid_api_key() or not sends_api_key()


def _is_refused(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED
