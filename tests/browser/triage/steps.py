"""Steps of the triage tests: open letters beside the list, undo, read states and the status line."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Letter

WIDE: ViewportSize = {"width": 1280, "height": 844}
PHONE: ViewportSize = {"width": 390, "height": 844}
NOTE = "Call her first."


def headline_open(page: Page) -> str:
    """Return the headline of the letter open beside the list."""
    return page.locator("#pane .page-title").inner_text()


def wait_for_letter(page: Page, headline: str) -> None:
    """Wait until the letter with that headline is open beside the list."""
    expect(page.locator("#pane .page-title")).to_have_text(headline)
    expect(page.locator("#pane")).not_to_have_attribute("aria-busy", "true")


def open_first(page: Page) -> None:
    """Open the first letter of the list with the keys j and o."""
    page.keyboard.press("j")
    page.keyboard.press("o")
    wait_for_letter(page, "No. 0")


def hold_the_first_and_undo_it_on_the_letter(page: Page) -> None:
    """Hold the first letter by key, go back to it, and press the undo button on the letter itself."""
    open_first(page)
    page.keyboard.press("h")
    wait_for_letter(page, "No. 1")
    page.keyboard.press("k")
    wait_for_letter(page, "No. 0")
    page.get_by_role("button", name="Undo: Received → Held").click()


def states(sqlite: Database) -> list[State]:
    """Return the states of the letters, ordered by headline."""
    with sqlite.snapshot() as session:
        return list(session.scalars(select(Letter.state).order_by(Letter.headline)))


def expect_status(page: Page, sentence: str) -> None:
    """Expect that sentence in the page's status line."""
    expect(page.locator("#triage-status")).to_have_text(sentence)


@contextmanager
def no_request(page: Page) -> Iterator[None]:
    """Assert that the block causes no request and no page load, except for the icon."""
    requested_urls: list[str] = []
    page.on("request", lambda request: requested_urls.append(request.url))
    page.on("load", lambda _: requested_urls.append("another page"))
    yield
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    # The browser loads the icon at any time.
    assert [address for address in requested_urls if not address.endswith("/icon.svg")] == []
