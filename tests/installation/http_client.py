"""Somebody who calls at a server over real HTTP: keeps cookies, follows nothing, knows no JavaScript."""

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
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def soup(self) -> BeautifulSoup:
        """The elements of the page."""
        return BeautifulSoup(self.text, "html.parser")

    def fields(self) -> dict[str, str]:
        """Return what the page's last form would send."""
        return form_fields(self.soup.select("form")[-1])


class Caller:
    """A client with cookies, who makes a new connection for every call."""

    def __init__(self, port: int) -> None:
        """Call at ``port`` of this machine."""
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open the page at ``path``."""
        return self._call("GET", path)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send ``fields`` as a browser sends a form."""
        return self._call("POST", path, urlencode(fields).encode())

    def headers(self) -> dict[str, str]:
        """Return the headers of a form that is sent from here."""
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return sent

    def _call(self, method: str, path: str, body: bytes | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)
        try:
            # A server may answer, and hang up, before it has read all; a browser shows that answer too.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, self.headers())
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer
