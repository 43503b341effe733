"""Recording what a browser context does: console errors, requests to other hosts, sizes of loaded files."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

# Chromium logs this for every page with a 4xx status, which is no error here; for a static file it is one.
_REFUSED_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d ")


class PageMonitor:
    """Records the console messages, script errors, requests and responses of one browser context."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        """Listen to ``context``, whose pages may only send requests to ``site``."""
        self.errors: list[str] = []
        self.requests: list[Request] = []
        self._site = site
        self._responses: list[Response] = []
        context.on("console", self._record_console_message)
        context.on("weberror", self._record_web_error)
        context.on("request", self._record_request)
        context.on("response", self._record_response)

    @property
    def foreign_requests(self) -> list[str]:
        """The requested URLs that are not on the site."""
        return [request.url for request in self.requests if not request.url.startswith(f"{self._site}/")]

    def file_sizes(self) -> dict[str, int]:
        """Return the bytes of the page opened last and of its files, by URL path, without the icon."""
        loaded = [
            response
            for response in self._responses
            if not 300 <= response.status < 400 and not response.url.endswith("/icon.svg")
        ]
        while any(response.request.is_navigation_request() for response in loaded[1:]):
            del loaded[0]
        return {urlsplit(response.url).path: len(response.body()) for response in loaded}

    def _record_console_message(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        is_page = "/static/" not in message.location["url"]
        if not (is_page and _REFUSED_PAGE.match(message.text)):
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _record_web_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _record_request(self, request: Request) -> None:
        self.requests.append(request)

    def _record_response(self, response: Response) -> None:
        self._responses.append(response)


def disable_cache(page: Page) -> None:
    """Turn the page's HTTP cache off, so that each visit loads all files."""
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
