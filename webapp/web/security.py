"""Hooks: security headers, relative redirects; refusal of unreadable requests, large forms; NUL in URLs."""

import re
from http import HTTPStatus
from typing import NoReturn

from flask import Flask, Request, Response, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadHost
from werkzeug.utils import cached_property

from webapp.installation.connections import UNREADABLE

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
METHODS_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
URL_ENCODED = "application/x-www-form-urlencoded"
FORM_MIMETYPES = frozenset({URL_ENCODED, "multipart/form-data"})
LARGE_FORM = 64 * 1024
"""Bytes of a URL-encoded form from which on it has to be encoded as browsers do it."""
_WELL_ENCODED = re.compile(
    # UTF-8 and its percent-encoding (URL Standard). Possessive: it is read once.
    rb"(?:[^%]++|(?:%[0-7][0-9a-f])++|(?:%[cd][0-9a-f]%[89ab][0-9a-f])++"
    rb"|(?:%e[0-9a-f](?:%[89ab][0-9a-f]){2})++|(?:%f[0-7](?:%[89ab][0-9a-f]){3})++)*+",
    re.IGNORECASE,
)
MAX_FORM_FIELDS = 1000
"""Fields of one URL-encoded form, the same limit that Flask has for multipart forms. The desk's largest form
selects a hundred letters."""


def add_security_headers(app: Flask, *, https: bool) -> None:
    """Set the security headers on every response of ``app``, errors included.

    A header that a view has set itself stays. Responses other than static files get ``Cache-Control:
    no-store``, and redirects to the request's own host become relative.

    Args:
        app: The application.
        https: Whether readers use HTTPS; then HSTS is set as well.
    """
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
        # Werkzeug's own redirects are absolute, with the Host that the client sent, which may be any.
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
        if is_redirect and response.location and response.location.startswith(request.host_url):
            response.location = "/" + response.location.removeprefix(request.host_url).lstrip("/")
        return response

    app.after_request(protect)


def refuse_unreadable_requests(app: Flask) -> None:
    """Answer a request that the server couldn't read with the error page of its status: 400, 413 or 431.

    A wrong Host header is refused first, with 400: no error page can be rendered without a host. Add this
    before any hook that may refuse a request.
    """

    def refuse() -> None:
        if isinstance(request.routing_exception, BadHost):
            raise request.routing_exception
        if status := request.environ.get(UNREADABLE):
            abort(status)

    app.before_request(refuse)


def refuse_unexpected_form_bodies(app: Flask) -> None:
    """Refuse forms that no page sends, before each request; add this before any hook that parses the form.

    A form in the body of a GET request is answered with 400: its values would be filled into the page, and
    pages that are the same for everybody are cached and shown to others. A URL-encoded form with more than
    `MAX_FORM_FIELDS` fields is answered with 413: parsing millions of fields takes a second and much memory,
    and happens before rate limits count the request. Multipart forms are left to Flask's own limit.

    Nor is a URL-encoded form of more than `LARGE_FORM` bytes parsed that no browser has encoded, with a bare
    “%” or with other bytes than UTF-8 (400): the parser takes five times as long for these.
    """

    def refuse() -> None:
        if request.mimetype not in FORM_MIMETYPES:
            return
        if request.method in METHODS_WITHOUT_BODY and request.get_data():
            abort(HTTPStatus.BAD_REQUEST)
        if request.mimetype == URL_ENCODED and request.get_data().count(b"&") >= MAX_FORM_FIELDS:
            _refuse_unparsed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if request.mimetype == URL_ENCODED and not _is_well_encoded(request.get_data()):
            _refuse_unparsed(HTTPStatus.BAD_REQUEST)

    app.before_request(refuse)


def _refuse_unparsed(status: HTTPStatus) -> NoReturn:
    # Nor do error pages and other hooks parse it.
    request.form = ImmutableMultiDict()
    abort(status)


def _is_well_encoded(body: bytes) -> bool:
    return len(body) <= LARGE_FORM or _WELL_ENCODED.fullmatch(body) is not None


class NulFreeRequest(Request):
    """A request whose query parameters have no NUL: people paste it unseen, and PostgreSQL refuses it."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query parameters, NUL taken out of names and values."""
        given = super().args
        if "%00" not in self.query_string.decode("latin-1") and b"\0" not in self.query_string:
            return given
        pairs = given.items(multi=True)
        return self.parameter_storage_class(
            (name.replace("\0", ""), value.replace("\0", "")) for name, value in pairs
        )


def refuse_nul_in_paths(app: Flask) -> None:
    """Answer 404 to a URL with NUL in its path: no page has one, and PostgreSQL refuses it in text.

    Form fields aren't checked here.
    """

    def refuse() -> None:
        if "\0" in request.path:
            abort(HTTPStatus.NOT_FOUND)

    app.before_request(refuse)
