"""Checks of every page: accessibility (axe) in light and dark, no overflow on small screens, page weight."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, StorageState

import webapp
from tests.browser.conftest import monitored_page
from tests.browser.page_monitor import PageMonitor, disable_cache
from tests.browser.site import served
from tests.browser.steps import make_editor, sign_in
from tests.browser.tour.desk import DESK_PAGES
from tests.browser.tour.people import PEOPLES_PAGES, STRANGERS_PAGES
from tests.browser.tour.reader import READERS_PAGES
from tests.browser.tour.site import POST, TourSite, receive_long_letter
from tests.samples import HERALD, SEAL, SECRET_KEY, acting
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Intake
from webapp.letters.similar.fingerprint_index import index_waiting_letters
from webapp.sample.letters import add_sample_letters
from webapp.store.database import Database
from webapp.store.models import Role
from webapp.store.schema import migrate

OPEN_PAGES = READERS_PAGES | STRANGERS_PAGES
EDITORS_PAGES = DESK_PAGES | PEOPLES_PAGES
NARROW, WIDE = 390, 1280
HEIGHT = 844
ICON = Path(webapp.__file__).parent / "static" / "icon.svg"
MAX_PAGE_WEIGHT = 60_000
"""Bytes of a reader's page on the first visit, with all its files."""
MAX_DESK_PAGE_WEIGHT = 95_000
"""Bytes of a page of the desk, whose files stay in the editors' caches; half of it is fifty letters."""


@pytest.fixture(scope="module")
def tour_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TourSite]:
    """The application with two papers and the sample letters."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('tour_site') / 'letters.db'}", SEAL)
    migrate(database)
    editor_id = make_editor(database, "Dana", Role.CHIEF)
    intake = Intake(database, SECRET_KEY)
    add_sample_letters(database, intake, HERALD, by=acting(editor_id), now=now())
    while index_waiting_letters(database):
        pass
    settings = Settings(
        database_url=database.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(HERALD, POST),
        rate_limits=False,
        # Only a demo shows the links in messages at the desk.
        is_demo=True,
    )
    with served(create_app(settings, database)) as site:
        yield TourSite(site, receive_long_letter(intake))
    database.dispose()


@pytest.fixture(scope="module")
def cookies(chromium: Browser, tour_site: TourSite) -> StorageState:
    """The cookies and storage of a browser in which an editor has signed in."""
    with monitored_page(chromium, tour_site.url) as (page, _):
        sign_in(page, "Dana")
        return page.context.storage_state()


@pytest.fixture(scope="module", params=OPEN_PAGES | EDITORS_PAGES, ids=lambda name: name.replace(" ", "-"))
def opened_page(
    request: pytest.FixtureRequest, chromium: Browser, tour_site: TourSite, cookies: StorageState
) -> Iterator[tuple[Page, PageMonitor]]:
    """Each page in turn, opened in a new browser context without cache, and its monitor."""
    is_for_editors = request.param in EDITORS_PAGES
    with monitored_page(chromium, tour_site.url, cookies=cookies if is_for_editors else None) as (
        page,
        monitor,
    ):
        disable_cache(page.context)
        (OPEN_PAGES | EDITORS_PAGES)[request.param](page, tour_site)
        yield page, monitor


def test_a_first_visit_is_light(opened_page: tuple[Page, PageMonitor]) -> None:
    page, monitor = opened_page
    # The browser loads the icon at any time, and once for many pages.
    files = monitor.file_sizes() | {"icon": ICON.stat().st_size}
    weight = sum(files.values())
    print(f"{weight:6,} bytes: {page.title()} ({page.url})")  # noqa: T201 - one wants to see them
    assert any(file.endswith(".css") for file in files), "its files are counted too"
    assert weight < (MAX_DESK_PAGE_WEIGHT if "/desk/" in page.url else MAX_PAGE_WEIGHT), files


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing(opened_page: tuple[Page, PageMonitor], width: int, light: str) -> None:
    page, _ = opened_page
    set_screen(page, width, light)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    violations = AxeResults(found)
    assert violations.violations_count == 0, violations.generate_report()


@pytest.mark.parametrize("width", [320, NARROW, WIDE])
def test_nothing_overflows_to_the_side(opened_page: tuple[Page, PageMonitor], width: int) -> None:
    page, _ = opened_page
    set_screen(page, width)
    too_wide = page.evaluate(
        """
        () => [...document.querySelectorAll("body *")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .map((element) => `${element.tagName} ${element.className} ${element.id}`)
        """
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, too_wide


def set_screen(page: Page, width: int, light: str = "light") -> None:
    """Set the viewport's width and the colour scheme, ``light`` or ``dark``."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme="dark" if light == "dark" else "light")
