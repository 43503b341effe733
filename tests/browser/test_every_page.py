"""What holds of every page: open to all, in any light, on a small screen, and quickly there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page, StorageState

import webapp
from tests.browser.conftest import opened
from tests.browser.page_monitor import Watch, disable_cache
from tests.browser.site import served
from tests.browser.steps import make_editor, sign_in
from tests.browser.tour.desk import DESK_PAGES
from tests.browser.tour.people import PEOPLES_PAGES, STRANGERS_PAGES
from tests.browser.tour.reader import READERS_PAGES
from tests.browser.tour.site import POST, House, receive_long_letter
from tests.samples import HERALD, SEAL, SECRET_KEY, acting
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Intake
from webapp.letters.similar.comparing import compare_waiting
from webapp.sample.letters import fill
from webapp.store.database import Database
from webapp.store.models import Role
from webapp.store.schema import migrate

OPEN_PAGES = READERS_PAGES | STRANGERS_PAGES
EDITORS_PAGES = DESK_PAGES | PEOPLES_PAGES
NARROW, WIDE = 390, 1280
HEIGHT = 844
ICON = Path(webapp.__file__).parent / "static" / "icon.svg"
HEAVIEST = 60_000
"""Bytes of a reader's page on the first visit, with all its files."""
HEAVIEST_AT_DESK = 95_000
"""The same of a page for editors, who keep its files; half of it is fifty letters."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The product with two papers and the sample letters."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('house') / 'letters.db'}", SEAL)
    migrate(database)
    editor_id = make_editor(database, "Dana", Role.CHIEF)
    intake = Intake(database, SECRET_KEY)
    fill(database, intake, HERALD, by=acting(editor_id), now=now())
    while compare_waiting(database):
        pass
    settings = Settings(
        database_url=database.url,
        secret_key=SECRET_KEY,
        seal=SEAL,
        policies=(HERALD, POST),
        rate_limits=False,
        # So that the desk shows the links in a message.
        is_demo=True,
    )
    with served(create_app(settings, database)) as site:
        yield House(site, receive_long_letter(intake))
    database.dispose()


@pytest.fixture(scope="module")
def cookies(chromium: Browser, house: House) -> StorageState:
    """What the browser of an editor keeps who has signed in."""
    with opened(chromium, house.site) as (page, _):
        sign_in(page, "Dana")
        return page.context.storage_state()


@pytest.fixture(scope="module", params=OPEN_PAGES | EDITORS_PAGES, ids=lambda name: name.replace(" ", "-"))
def shown(
    request: pytest.FixtureRequest, chromium: Browser, house: House, cookies: StorageState
) -> Iterator[tuple[Page, Watch]]:
    """Each page in turn, just opened in a browser that had none of its files, and what was seen of it."""
    is_for_editors = request.param in EDITORS_PAGES
    with opened(chromium, house.site, cookies=cookies if is_for_editors else None) as (page, watch):
        disable_cache(page.context)
        (OPEN_PAGES | EDITORS_PAGES)[request.param](page, house)
        yield page, watch


def test_a_first_visit_is_light(shown: tuple[Page, Watch]) -> None:
    page, watch = shown
    # The browser loads the icon when it likes, and once for many pages.
    files = watch.weight() | {"icon": ICON.stat().st_size}
    weight = sum(files.values())
    print(f"{weight:6,} bytes: {page.title()} ({page.url})")  # noqa: T201 - one wants to see them
    assert any(file.endswith(".css") for file in files), "its files are counted too"
    assert weight < (HEAVIEST_AT_DESK if "/desk/" in page.url else HEAVIEST), files


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing(shown: tuple[Page, Watch], width: int, light: str) -> None:
    page, _ = shown
    look(page, width, light)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    violations = AxeResults(found)
    assert violations.violations_count == 0, violations.generate_report()


@pytest.mark.parametrize("width", [320, NARROW, WIDE])
def test_nothing_overflows_to_the_side(shown: tuple[Page, Watch], width: int) -> None:
    page, _ = shown
    look(page, width)
    too_wide = page.evaluate(
        """
        () => [...document.querySelectorAll("body *")]
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .map((element) => `${element.tagName} ${element.className} ${element.id}`)
        """
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, too_wide


def look(page: Page, width: int, light: str = "light") -> None:
    """Look at a page on a screen of some width, in light or dark."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme="dark" if light == "dark" else "light")
