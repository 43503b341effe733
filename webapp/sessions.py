"""What a browser's cookie holds: Flask's own signed sessions, with one signer for all of them."""

import functools

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class SignedSessions(SecureCookieSessionInterface):
    """Keeps the signer, which Flask makes anew to open a session and again to save it."""

    def __init__(self) -> None:
        self._signer = functools.cache(super().get_signing_serializer)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookies of ``app``; its secret key does not change while it runs."""
        return self._signer(app)
