"""Values that come in addresses: the page to go on to, and the number of a database row."""

from http import HTTPStatus

from flask import abort, request, url_for

from webapp.store.models import HIGHEST_NUMBER


def next_page() -> str:
    """Return what the address names as the next page: one of the desk's, and never anything else."""
    wanted = request.args.get("next", "")
    front = url_for("desk.queue")
    is_ours = wanted.startswith(front) and "\\" not in wanted and ".." not in wanted
    # A line end would end the header that the address goes out in.
    return wanted if is_ours and wanted.isprintable() else front


def row_number(number: int) -> int:
    """Return the number of a row; there is no page for one that no row can have."""
    if abs(number) > HIGHEST_NUMBER:
        abort(HTTPStatus.NOT_FOUND)
    return number
