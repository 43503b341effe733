"""What editors do, and see, as they go through the queue."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Letter

WIDE: ViewportSize = {"width": 1280, "height": 844}
PHONE: ViewportSize = {"width": 390, "height": 844}
NOTE = "Call her first."


def headline_open(page: Page) -> str:
    """Return the headline of the letter that is open beside the list."""
    return page.locator("#pane .page-title").inner_text()


def wait_for_letter(page: Page, headline: str) -> None:
    """Wait until the letter is open beside the list."""
    expect(page.locator("#pane .page-title")).to_have_text(headline)
    expect(page.locator("#pane")).not_to_have_attribute("aria-busy", "true")


def open_first(page: Page) -> None:
    """Open the first letter of the list by keys."""
    page.keyboard.press("j")
    page.keyboard.press("o")
    wait_for_letter(page, "No. 0")


def hold_the_first_and_undo_it_on_the_letter(page: Page) -> None:
    """Bring the first letter to another state, go back to it, and press its own button to undo that."""
    open_first(page)
    page.keyboard.press("h")
    wait_for_letter(page, "No. 1")
    page.keyboard.press("k")
    wait_for_letter(page, "No. 0")
    page.get_by_role("button", name="Undo: Received → Held").click()


def states(sqlite: Database) -> list[State]:
    """Return where the letters stand, in the order of their headlines."""
    with sqlite.snapshot() as session:
        return list(session.scalars(select(Letter.state).order_by(Letter.headline)))


def said(page: Page, sentence: str) -> None:
    """Hold that this is what the page says was done last."""
    expect(page.locator("#triage-status")).to_have_text(sentence)


@contextmanager
def no_request(page: Page) -> Iterator[None]:
    """Hold that what is done in the block asks the desk for nothing."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("load", lambda _: asked.append("another page"))
    yield
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    # The browser asks for the icon when it likes.
    assert [address for address in asked if not address.endswith("/icon.svg")] == []
