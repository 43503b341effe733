"""Health checks: `/healthz` (the process answers), `/readyz` (database schema, counts of the outbox)."""

from http import HTTPStatus

from flask import Flask, Response, jsonify

from webapp.messages.outbox_lists import outbox_summary
from webapp.store.database import StoreAwayError
from webapp.store.schema import is_schema_usable
from webapp.web.services import services


def add_health_routes(app: Flask) -> None:
    """Add `/healthz` and `/readyz` to ``app``: JSON for load balancers, without a sign-in or rate limit."""

    @app.get("/healthz")
    def healthz() -> Response:
        """Answer 200 always; the database isn't queried."""
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, HTTPStatus]:
        """Answer 200 where this version can work on the database’s schema, 503 with “store away” where not.

        It also tells whether a mail server is set, and how many messages wait and are dead; with a 503 the
        counts are null.
        """
        try:
            ready = is_schema_usable(services().database)
            with services().database.snapshot() as session:
                outbox = outbox_summary(session) if ready else None
        except StoreAwayError:
            ready, outbox = False, None
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        mail = {
            "configured": services().settings.mail_server is not None,
            "waiting": outbox.waiting if outbox else None,
            "dead": outbox.dead if outbox else None,
        }
        return jsonify(status="ok" if ready else "store away", mail=mail), status
