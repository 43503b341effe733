"""How often somebody may try to sign in."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter

from webapp.limiting import digest

FAILED_SIGN_INS_PER_ADDRESS = "30 per 10 minutes"
"""A newsroom shares one address."""
FAILED_SIGN_INS_PER_ACCOUNT = "8 per 10 minutes"
SIGN_IN = "desk.start_sign_in"
LONGEST_ACCOUNT = 320
"""Characters of an e-mail address (RFC 5321)."""


def limit_sign_ins(app: Flask, limiter: Limiter) -> None:
    """Refuse further sign-ins, with 429, after too many that failed."""
    by_address = limiter.limit(FAILED_SIGN_INS_PER_ADDRESS, deduct_when=_failed)
    by_account = limiter.limit(FAILED_SIGN_INS_PER_ACCOUNT, key_func=_account, deduct_when=_failed)
    limited = by_address(by_account(app.view_functions[SIGN_IN]))
    # Flask-Limiter types its result for coroutines too; a plain view stays a plain view.
    app.view_functions[SIGN_IN] = cast("Callable[..., ResponseReturnValue]", limited)


def _account() -> str:
    return digest("account", request.form.get("email", "").strip().lower()[:LONGEST_ACCOUNT])


def _failed(response: Response) -> bool:
    return response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
