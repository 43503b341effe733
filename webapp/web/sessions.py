"""Flask's signed session cookies with a cached signing serializer, and no session for API requests."""

import functools

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from webapp.web.api_requests import is_api_request


class SignedSessions(SecureCookieSessionInterface):
    """Caches the signing serializer, which Flask builds anew to open each session and again to save it."""

    def __init__(self) -> None:
        self._signer = functools.cache(super().get_signing_serializer)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session in the cookie; for an API request None, whatever cookie it has.

        Flask then uses its null session: it is empty, refuses changes, and sets no cookie.
        """
        return None if is_api_request(request) else super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the cached serializer for ``app``, whose secret key doesn't change while it runs."""
        return self._signer(app)
