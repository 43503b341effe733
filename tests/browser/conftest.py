"""Fixtures of the browser tests: Chromium, the served application, browsers of readers and editors."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import Protocol

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.page_monitor import PageMonitor
from tests.browser.site import served
from tests.browser.steps import email_of, letters_stored, make_editor
from tests.pages import Visitor
from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY
from tests.services.browser import REMEDY, BrowserMissingError, running_browser
from tests.services.missing import skip_or_fail
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

SECONDS_TO_WAIT = 10


class OpenBrowser(Protocol):
    """Opens a page in a new browser context, with cookies and storage of its own."""

    def __call__(self, *, javascript: bool = True) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once for all tests."""
    try:
        with running_browser() as browser:
            yield browser
    except BrowserMissingError:
        skip_or_fail("Chromium", REMEDY)


@pytest.fixture(scope="session")
def shared_app(sqlite_store: Database) -> Flask:
    """The application, made once for all tests."""
    settings = Settings(
        database_url=sqlite_store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,), rate_limits=False
    )
    return create_app(settings, sqlite_store)


@pytest.fixture(scope="session")
def shared_site(shared_app: Flask) -> Iterator[str]:
    """The URL of the application."""
    with served(shared_app) as address:
        yield address


@pytest.fixture
def site(shared_site: str, sqlite: Database) -> str:
    """The URL of the application with an empty database."""
    assert letters_stored(sqlite) == 0
    return shared_site


@contextmanager
def monitored_page(
    chromium: Browser, site: str, *, javascript: bool = True, cookies: StorageState | None = None
) -> Iterator[tuple[Page, PageMonitor]]:
    """Open a page in a new browser context; at the end assert that it had no errors and no foreign requests.

    Args:
        chromium: The browser.
        site: The base URL.
        javascript: Whether pages may run scripts.
        cookies: Cookies and storage to start with.
    """
    context = chromium.new_context(base_url=site, java_script_enabled=javascript, storage_state=cookies)
    context.set_default_timeout(SECONDS_TO_WAIT * 1000)
    monitor = PageMonitor(context, site)
    yield context.new_page(), monitor
    context.close()
    assert monitor.errors == [], "the browser has nothing to complain of"
    assert monitor.foreign_requests == [], "no page calls at another host"


@pytest.fixture
def open_browser(chromium: Browser, site: str) -> Iterator[OpenBrowser]:
    """A function that opens pages at the site, each in a new browser context."""
    with ExitStack() as stack:

        def open_one(*, javascript: bool = True) -> Page:
            page, _ = stack.enter_context(monitored_page(chromium, site, javascript=javascript))
            return page

        yield open_one


@pytest.fixture
def reader(open_browser: OpenBrowser) -> Page:
    """A page of a reader's browser."""
    return open_browser()


@pytest.fixture
def dana(open_browser: OpenBrowser, shared_app: Flask, site: str, sqlite: Database) -> Page:
    """A page of an editor's browser, signed in as Dana."""
    page = open_browser()
    _add_sign_in(page, site, shared_app, sqlite, "Dana")
    return page


@pytest.fixture
def eli(open_browser: OpenBrowser, shared_app: Flask, site: str, sqlite: Database) -> Page:
    """A page of another editor's browser, signed in as Eli."""
    page = open_browser()
    _add_sign_in(page, site, shared_app, sqlite, "Eli")
    return page


def _add_sign_in(page: Page, site: str, app: Flask, database: Database, name: str) -> None:
    """Sign a new editor in by the application's test client, and give the page its cookies."""
    make_editor(database, name)
    client = Visitor(app)
    client.open("/desk/login")
    assert client.send({"email": email_of(name), "password": PASSWORD}).status == HTTPStatus.OK
    # The names of the cookies are the application's affair, and the client has no other list of them.
    cookies = client.client._cookies or {}  # noqa: SLF001
    for cookie in cookies.values():
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
