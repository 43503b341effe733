"""The known-browser cookie: failed sign-ins are limited per account, and separately per browser of its owner.

Without it, anybody could lock an editor out by guessing passwords, or with the password by guessing codes. A
browser in which the account has signed in before has counters of its own: guesses made elsewhere don't count
there, and the other way round. This module makes the counters' keys and sets the cookie; `sign_in_limits`
counts.
"""

import secrets

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import sign_in_address
from webapp.web.limits import counter_key
from webapp.web.services import services

KNOWN_BROWSER_SECONDS = 180 * 24 * 60 * 60
"""Seconds after the last sign-in: 180 days."""


def account_limit_key(email: str) -> str:
    """Return the rate-limit key of an account, whether it exists or not; it holds no address in clear.

    All spellings with which the account can be signed in to have one key.
    """
    return counter_key("account", sign_in_address(email))


def browser_limit_key(email: str) -> str:
    """Return the rate-limit key of this browser if it is known to the account, else that of the account."""
    return known_browser_key(email) or account_limit_key(email)


def known_browser_key(email: str | None = None) -> str:
    """Return the rate-limit key of this browser; empty if it isn't known to the account.

    Without an ``email``, it is that of a browser that is known to any account.
    """
    try:
        account, browser_id = _signer().loads(
            request.cookies.get(_cookie_name(), ""), max_age=KNOWN_BROWSER_SECONDS
        )
    except BadData:
        return ""
    is_known = email is None or account == account_limit_key(email)
    return counter_key("browser", f"{account} {browser_id}") if is_known else ""


def remember_browser(response: AnyResponse, email: str) -> None:
    """Set the cookie that makes this browser known, for 180 days, to the account that has signed in.

    It replaces the one of another account: a browser is known to one account at a time.
    """
    response.set_cookie(
        _cookie_name(),
        _signer().dumps([account_limit_key(email), secrets.token_urlsafe(16)]),
        max_age=KNOWN_BROWSER_SECONDS,
        secure=services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="a browser that is known")


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"
