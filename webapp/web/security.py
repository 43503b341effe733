"""What holds for every request, and what every answer carries so that a browser lets nothing foreign in."""

from http import HTTPStatus

from flask import Flask, Response, abort, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
ONE_YEAR = 31_536_000
"""Seconds."""
ASKING = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
FORMS = frozenset({FORM, "multipart/form-data"})
MOST_FIELDS = 1000
"""Of one form, as Flask has it for one with files; ours have at most a hundred letters ticked."""


def add_security_headers(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer of ``app``, errors included."""
    headers = list(HEADERS.items())
    if https:
        headers.append(("Strict-Transport-Security", f"max-age={ONE_YEAR}"))

    def protect(response: Response) -> Response:
        own = {name.lower() for name, _ in response.headers}
        for name, value in headers:
            if name.lower() not in own:
                response.headers.add(name, value)
        if request.endpoint != "static":
            # Pages hold letters and forms that belong to one person.
            response.headers.setdefault("Cache-Control", "no-store")
        # A redirect that Werkzeug makes by itself names the host that the client did, whoever's that is.
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
        if is_redirect and response.location and response.location.startswith(request.host_url):
            response.location = "/" + response.location.removeprefix(request.host_url).lstrip("/")
        return response

    app.after_request(protect)


def refuse_strange_forms(app: Flask) -> None:
    """Refuse a form that no page of ours sends; call it before anything looks into one.

    One that comes with a request that only asks for a page would be shown in that page; and a page that is
    the same for everybody is kept, and shown to others. One with millions of fields takes a second and much
    room to be taken apart, and whoever sends it is counted only then.
    """

    def refuse() -> None:
        if request.mimetype not in FORMS:
            return
        if request.method in ASKING and request.get_data():
            abort(HTTPStatus.BAD_REQUEST)
        if request.mimetype == FORM and request.get_data().count(b"&") >= MOST_FIELDS:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    app.before_request(refuse)


def refuse_nul_in_addresses(app: Flask) -> None:
    """Answer 404 to an address with the one sign that PostgreSQL can neither keep nor look for."""

    def refuse() -> None:
        if "\0" in request.path or any("\0" in value for value in request.args.values()):
            abort(HTTPStatus.NOT_FOUND)

    app.before_request(refuse)
