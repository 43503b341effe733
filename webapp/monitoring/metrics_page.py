"""The page on which Prometheus reads the numbers, and who else may."""

import hmac
from http import HTTPStatus
from ipaddress import ip_address

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.monitoring.metrics import Metrics
from webapp.monitoring.store_metrics import StoreMetrics

PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""At least one of them stands in what a proxy passes on for somebody else."""


def add_metrics_page(app: Flask, metrics: Metrics, standing: StoreMetrics, token: str) -> None:
    """Give ``app`` its page of numbers.

    They name nobody, but they tell how busy a paper is. Whoever knows ``token`` may read them; without
    one nobody may but this machine itself, and not on a stranger's behalf.
    """

    @app.get("/metrics", endpoint="metrics")
    def page() -> Response:
        """Tell the numbers."""
        if token and not _knows(token):
            refused = Response("A bearer token is needed.\n", HTTPStatus.UNAUTHORIZED, mimetype="text/plain")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        if not token and not _is_this_machine():
            words = "Set LETTERSDESK_METRICS_TOKEN to read this from elsewhere.\n"
            return Response(words, HTTPStatus.FORBIDDEN, mimetype="text/plain")
        return Response(metrics.text(standing), content_type=CONTENT_TYPE_LATEST)


def _knows(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _is_this_machine() -> bool:
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
