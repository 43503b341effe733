"""Each request under a name of its own, in the log and in the numbers, without its address."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from webapp.monitoring.metrics import Metrics

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What a proxy makes, and nothing that could be an address or the end of a line."""
NOWHERE = "none"
"""The route of an address that leads to no page."""
OTHER = "OTHER"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Whatever else a stranger calls a method is one and the same to us."""
QUIET = frozenset({"static", "healthz", "readyz", "metrics"})
"""Routes that machines ask all day; they are told when there is trouble."""
LEAST_TROUBLE = 500
"""The lowest status that is our fault."""


def log_requests(app: Flask, metrics: Metrics) -> None:
    """Name, time and log every request of ``app``; call it before anything else looks at a request."""

    def begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if SANE.fullmatch(given) else secrets.token_hex(16)
        g.request_began = time.perf_counter()

    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.request_began
        route = request.endpoint or NOWHERE
        method = request.method if request.method in METHODS else OTHER
        metrics.note_request(route, method, response.status_code, seconds)
        response.headers[HEADER] = g.request_id
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
    # The first to be added is the last to be called, and sees the answer as it goes out.
    app.after_request(end)


def _level(route: str, status: int) -> int:
    if status >= LEAST_TROUBLE:
        return logging.WARNING
    return logging.DEBUG if route in QUIET else logging.INFO
