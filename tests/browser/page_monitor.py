"""Looking over a browser's shoulder: what it complains of, where it calls, how much it loads."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# The browser says this of every refusal that is a page; a file that is missing is another matter.
_REFUSED_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d ")


class Watch:
    """Everything that the pages of one browser context do."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        """Watch ``context``, which has business with ``site`` alone."""
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self._site = site
        self._responses: list[Response] = []
        context.on("console", self._hear)
        context.on("weberror", self._hear_error)
        context.on("request", self._see_request)
        context.on("response", self._see_response)

    @property
    def calls_elsewhere(self) -> list[str]:
        """The addresses on other hosts that a page has called at."""
        return [request.url for request in self.requests if not request.url.startswith(f"{self._site}/")]

    def weight(self) -> dict[str, int]:
        """Return the bytes of the page that was opened last, and of each file that it needed."""
        loaded = [
            response
            for response in self._responses
            if not 300 <= response.status < 400 and not response.url.endswith("/icon.svg")
        ]
        while any(response.request.is_navigation_request() for response in loaded[1:]):
            del loaded[0]
        return {urlsplit(response.url).path: len(response.body()) for response in loaded}

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        is_page = "/static/" not in message.location["url"]
        if not (is_page and _REFUSED_PAGE.match(message.text)):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _hear_error(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def _see_request(self, request: Request) -> None:
        self.requests.append(request)

    def _see_response(self, response: Response) -> None:
        self._responses.append(response)


def disable_cache(context: BrowserContext) -> None:
    """Let every visit with ``context`` be a first one."""
    # To be routed through a program switches the browser's cache off.
    context.route("**/*", lambda route: route.continue_())
