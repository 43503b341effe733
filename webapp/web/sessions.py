"""What a browser's cookie holds: Flask's own signed sessions, with one signer for all of them."""

import functools

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from webapp.web.api_requests import is_api_request


class SignedSessions(SecureCookieSessionInterface):
    """Keeps the signer, which Flask makes anew to open a session and again to save it."""

    def __init__(self) -> None:
        self._signer = functools.cache(super().get_signing_serializer)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Open what the browser's cookie holds; for a program nothing, whatever comes with its request.

        What Flask takes in place of no session is empty, lets nothing be put into it, and sets no cookie.
        """
        return None if is_api_request(request) else super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookies of ``app``; its secret key does not change while it runs."""
        return self._signer(app)
