"""Checks of every page: axe in light and dark, sizes, weight, forced colours, print, what covers what."""

import io
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, StorageState
from pypdf import PdfReader

import webapp
from tests.browser.conftest import monitored_page
from tests.browser.page_monitor import PageMonitor, disable_cache
from tests.browser.page_scripts import (
    CONTROL,
    COVERED_WHILE_FOCUSED,
    CURRENT_WITHOUT_LINE,
    MARKED_CONTROLS,
    MISPLACED_STATES,
)
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
MAX_DESK_PAGE_WEIGHT = 106_000
"""Bytes of a page of the desk, whose files stay in the editors' caches; half of it is fifty letters."""

AXE_OPTIONS = {
    "light": {"resultTypes": ["violations"]},
    # The colour scheme changes nothing but colours.
    "dark": {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": ["cat.color"]}},
}


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
        disable_cache(page)
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
    found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS[light])
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


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_each_label_of_a_state_stands_in_its_line_and_on_no_other_text(
    opened_page: tuple[Page, PageMonitor], width: int
) -> None:
    page, _ = opened_page
    set_screen(page, width)
    assert page.evaluate(MISPLACED_STATES) == []


def test_what_is_current_has_a_line_of_its_own_in_forced_colours(
    opened_page: tuple[Page, PageMonitor],
) -> None:
    page, _ = opened_page
    set_screen(page, WIDE)
    # Where nothing is current yet, the first row of the queue is made so as the key j does it.
    page.evaluate("document.querySelector('.queue tr[id]')?.setAttribute('aria-current', 'true')")
    page.emulate_media(forced_colors="active")
    try:
        assert page.evaluate(CURRENT_WITHOUT_LINE) == []
    finally:
        page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("size", [(WIDE, 900), (NARROW, HEIGHT)])
def test_nothing_that_stays_in_place_covers_what_has_the_keyboard(
    opened_page: tuple[Page, PageMonitor], size: tuple[int, int]
) -> None:
    page, _ = opened_page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert page.evaluate(COVERED_WHILE_FOCUSED) == []


def test_on_paper_no_control_is_left(opened_page: tuple[Page, PageMonitor]) -> None:
    page, _ = opened_page
    set_screen(page, WIDE)
    # The last check of a page: the names of its controls are replaced.
    controls = page.evaluate(MARKED_CONTROLS, CONTROL)
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    # Joined letters are taken apart, lines put together.
    text = normalize("NFKC", "".join("".join(printed.extract_text().split()) for printed in pages))
    assert controls > 0, "the page has a control to be left out"
    heading = "".join(page.locator("h1, h2").filter(visible=True).first.inner_text().split())
    assert heading[:20] in text, "the page is printed"
    assert CONTROL not in text, text


def set_screen(page: Page, width: int, light: str = "light") -> None:
    """Set the viewport's width and the colour scheme, ``light`` or ``dark``."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme="dark" if light == "dark" else "light")
