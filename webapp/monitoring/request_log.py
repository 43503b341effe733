"""Request log and timing: each request gets an ID, a log line without its URL, and a duration metric.

The ID is in the response header X-Request-ID too.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from webapp.monitoring.metrics import Metrics

log = logging.getLogger(__name__)

REQUEST_ID_HEADER = "X-Request-ID"
VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
"""A request ID that is accepted from a proxy; it can't contain an e-mail address or a line end."""
NO_ROUTE = "none"
"""Logged as the route of a URL that matches no route."""
OTHER_METHOD = "OTHER"
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Every other method is logged as `OTHER_METHOD`: clients can send any text as the method."""
DEBUG_ROUTES = frozenset({"static", "static_of_other_version", "healthz", "readyz", "metrics"})
"""Routes that machines request all day: logged at level DEBUG unless they fail."""
SERVER_ERROR = 500
"""The lowest status code that is logged as a warning."""


def log_requests(app: Flask, metrics: Metrics) -> None:
    """Add hooks to ``app`` that identify, time and log every request, and return its ID in a header.

    A valid ID in the request's header X-Request-ID is kept, else a random one is made; `g.request_id` has it.
    The level is INFO, DEBUG for `DEBUG_ROUTES`, and WARNING for a status from 500 on.

    Call it before any other code adds hooks: the first ``before_request`` hook runs first, and the first
    ``after_request`` hook runs last and sees the final response.
    """

    def begin() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        g.request_id = given if VALID_REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        g.request_began = time.perf_counter()

    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.request_began
        route = request.endpoint or NO_ROUTE
        method = request.method if request.method in KNOWN_METHODS else OTHER_METHOD
        metrics.observe_request(route, method, response.status_code, seconds)
        response.headers[REQUEST_ID_HEADER] = g.request_id
        log.log(
            _level(route, response.status_code),
            "request",
            extra={
                "facts": {
                    "route": route,
                    "method": method,
                    "status": response.status_code,
                    "milliseconds": round(1000 * seconds, 1),
                }
            },
        )
        return response

    app.before_request(begin)
    app.after_request(end)


def _level(route: str, status: int) -> int:
    if status >= SERVER_ERROR:
        return logging.WARNING
    return logging.DEBUG if route in DEBUG_ROUTES else logging.INFO
