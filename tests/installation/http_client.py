"""An HTTP client for real servers: keeps cookies, follows no redirects, parses pages with BeautifulSoup."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.pages import form_fields

SECONDS_TO_ANSWER = 30


@dataclass(frozen=True)
class HttpResponse:
    """A response with its decoded body."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.text, "html.parser")

    def fields(self) -> dict[str, str]:
        """Return the fields that the page's last form would send unchanged."""
        return form_fields(self.soup.select("form")[-1])


class HttpClient:
    """A client with cookies; it opens a new connection for each request."""

    def __init__(self, port: int) -> None:
        """Connect to ``port`` of this machine, without cookies at first."""
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> HttpResponse:
        """Send a GET request."""
        return self._request("GET", path)

    def post(self, path: str, fields: Mapping[str, str]) -> HttpResponse:
        """Post ``fields`` as a URL-encoded form."""
        return self._request("POST", path, urlencode(fields).encode())

    def headers(self) -> dict[str, str]:
        """Return the headers of a form post, with the cookies."""
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent

    def _request(self, method: str, path: str, body: bytes | None = None) -> HttpResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)
        try:
            # A server may answer and close the connection before it has read the whole body; browsers show
            # that answer too.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, self.headers())
            raw = connection.getresponse()
            response = HttpResponse(raw.status, raw.headers, raw.read().decode())
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return response
