"""Where somebody goes on who was held up."""

from flask import request, url_for


def next_page() -> str:
    """Return what the address names as the next page: one of the desk's, and never anything else."""
    wanted = request.args.get("next", "")
    front = url_for("desk.queue")
    is_ours = wanted.startswith(front) and "\\" not in wanted and ".." not in wanted
    # A line end would end the header that the address goes out in.
    return wanted if is_ours and wanted.isprintable() else front
