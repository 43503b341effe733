"""Browsers in which somebody has signed in before, known by a cookie of their own.

Passwords that strangers guess at count against the account, and would keep its owner out as well. They do not
count against a browser in which the owner has signed in; what is guessed there counts against that browser.
"""

import secrets

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from webapp.web.limits import digest
from webapp.web.services import services

KNOWN_FOR = 180 * 24 * 60 * 60
"""Seconds since the last sign-in."""
LONGEST_ACCOUNT = 320
"""Characters of an e-mail address (RFC 5321)."""


def account_key(email: str) -> str:
    """Return what the account with that address, if there is one, is counted by."""
    return digest("account", email.strip().lower()[:LONGEST_ACCOUNT])


def account_key_here(email: str) -> str:
    """Return what the account is counted by in this browser, which may be known."""
    key = account_key(email)
    try:
        account, browser = _signer().loads(request.cookies.get(_cookie(), ""), max_age=KNOWN_FOR)
    except BadData:
        return key
    return digest("browser", f"{key} {browser}") if account == key else key


def remember_browser(response: AnyResponse, email: str) -> None:
    """Let the browser that gets ``response`` be known by the account that has signed in."""
    response.set_cookie(
        _cookie(),
        _signer().dumps([account_key(email), secrets.token_urlsafe(16)]),
        max_age=KNOWN_FOR,
        secure=services().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="a browser that is known")


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"
