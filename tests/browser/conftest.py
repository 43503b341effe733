"""A real browser and the application for it to visit."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.page_monitor import Watch
from tests.browser.site import served
from tests.browser.steps import letters_stored, make_editor, sign_in
from tests.samples import HERALD, SEAL, SECRET_KEY
from tests.services.browser import REMEDY, BrowserMissing, running_browser
from tests.services.missing import leave_out
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

SECONDS_TO_WAIT = 10


class OpenBrowser(Protocol):
    """Opens a browser that shares nothing with another one."""

    def __call__(self, *, javascript: bool = True) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium, running for as long as the tests do."""
    try:
        with running_browser() as browser:
            yield browser
    except BrowserMissing:
        leave_out("Chromium", REMEDY)


@pytest.fixture(scope="session")
def whole_site(sqlite_store: Database) -> Iterator[str]:
    """The address of the application, made once: its templates take longer to read than many a test."""
    settings = Settings(
        database_url=sqlite_store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,), rate_limits=False
    )
    with served(create_app(settings, sqlite_store)) as address:
        yield address


@pytest.fixture
def site(whole_site: str, sqlite: Database) -> str:
    """The address of the application on an empty store."""
    assert letters_stored(sqlite) == 0
    return whole_site


@contextmanager
def opened(
    chromium: Browser, site: str, *, javascript: bool = True, cookies: StorageState | None = None
) -> Iterator[tuple[Page, Watch]]:
    """Open a browser at ``site``; at the end, hold what it did against what every page of ours keeps to."""
    context = chromium.new_context(base_url=site, java_script_enabled=javascript, storage_state=cookies)
    context.set_default_timeout(SECONDS_TO_WAIT * 1000)
    watch = Watch(context, site)
    yield context.new_page(), watch
    context.close()
    assert watch.complaints == [], "the browser has nothing to complain of"
    assert watch.calls_elsewhere == [], "no page calls at another host"


@pytest.fixture
def open_browser(chromium: Browser, site: str) -> Iterator[OpenBrowser]:
    """A way to open browsers at the site, each with cookies and a storage of its own."""
    with ExitStack() as stack:

        def open_one(*, javascript: bool = True) -> Page:
            page, _ = stack.enter_context(opened(chromium, site, javascript=javascript))
            return page

        yield open_one


@pytest.fixture
def reader(open_browser: OpenBrowser) -> Page:
    """A reader's browser."""
    return open_browser()


@pytest.fixture
def dana(open_browser: OpenBrowser, sqlite: Database) -> Page:
    """The browser of an editor who has signed in."""
    return _signed_in(open_browser, sqlite, "Dana")


@pytest.fixture
def eli(open_browser: OpenBrowser, sqlite: Database) -> Page:
    """The browser of another editor who has signed in."""
    return _signed_in(open_browser, sqlite, "Eli")


def _signed_in(open_browser: OpenBrowser, database: Database, name: str) -> Page:
    make_editor(database, name)
    page = open_browser()
    sign_in(page, name)
    return page
