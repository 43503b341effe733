"""Values from request URLs: the redirect target after sign-in, and row ids that fit into the database."""

from http import HTTPStatus

from flask import abort, request, url_for

from webapp.store.models import MAX_ROW_ID


def redirect_target() -> str:
    """Return the URL to redirect to from the query parameter `next`: a page of the desk, else the queue.

    It prevents open redirects: anything that may lead off the desk is replaced by the queue. Whether the desk
    has such a page isn't checked.
    """
    requested = request.args.get("next", "")
    queue_url = url_for("desk.queue")
    is_ours = requested.startswith(queue_url) and "\\" not in requested and ".." not in requested
    # A line break would end the Location header.
    return requested if is_ours and requested.isprintable() else queue_url


def row_id_or_404(row_id: int) -> int:
    """Return a row id from a URL, or abort with 404 if it is outside the range of the database's integers."""
    if abs(row_id) > MAX_ROW_ID:
        abort(HTTPStatus.NOT_FOUND)
    return row_id
