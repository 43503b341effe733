"""The `/metrics` page for Prometheus, readable with a bearer token, or from this machine if there is none."""

import hmac
from http import HTTPStatus
from ipaddress import ip_address

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.monitoring.metrics import Metrics
from webapp.monitoring.store_metrics import StoreMetrics

PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""Headers that proxies add; a request with any of them comes from another machine."""


def add_metrics_page(app: Flask, metrics: Metrics, store_metrics: StoreMetrics, token: str) -> None:
    """Add the route `/metrics` (GET, no sign-in) to ``app``.

    The metrics contain no personal data, but show how busy a paper is. With a token, only requests with it
    are answered (else 401); without a token, only requests from this machine that no proxy forwarded (else
    403).

    Args:
        app: The application.
        metrics: The counters of all worker processes.
        store_metrics: The gauges that are read from the database.
        token: The bearer token; empty for none.
    """

    @app.get("/metrics", endpoint="metrics")
    def page() -> Response:
        """Return the metrics in Prometheus' text format."""
        if token and not _has_token(token):
            refused = Response("A bearer token is needed.\n", HTTPStatus.UNAUTHORIZED, mimetype="text/plain")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        if not token and not _is_from_this_machine():
            reason = "Set LETTERSDESK_METRICS_TOKEN to read this from elsewhere.\n"
            return Response(reason, HTTPStatus.FORBIDDEN, mimetype="text/plain")
        return Response(metrics.text_format(store_metrics), content_type=CONTENT_TYPE_LATEST)


def _has_token(token: str) -> bool:
    """Compare the request's bearer token with ``token`` in constant time."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _is_from_this_machine() -> bool:
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
