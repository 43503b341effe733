"""What readers and editors do in a browser."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Locator, Page
from sqlalchemy import func, select

from tests.samples import BODY, PARTICULARS, PASSWORD
from webapp.accounts.accounts import add_editor
from webapp.installation.clock import now
from webapp.store.database import Database
from webapp.store.models import Letter, Role

FORM = "/harbour-herald/letters/new"
LETTER = {**PARTICULARS, "headline": "In praise of slowness", "body": BODY}


def field(page: Page, name: str) -> Locator:
    """Find a field of the form that is open."""
    return page.locator(f"#{name}")


def write(page: Page, letter: Mapping[str, str] = LETTER) -> None:
    """Fill in the form that is open."""
    for name, text in letter.items():
        field(page, name).fill(text)


def typed(page: Page, names: Mapping[str, str] = LETTER) -> dict[str, str]:
    """Return what stands in the form that is open."""
    return {name: field(page, name).input_value() for name in names}


def press(page: Page, button: str) -> None:
    """Press a button that leads to another page, and wait for that."""
    with next_page(page):
        page.get_by_role("button", name=button, exact=True).click()


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Wait, at the end of the block, for the page to which what is done in it leads."""
    # Not for a navigation: what a page writes into the browser's history is one, too.
    with page.expect_event("load"):
        yield


def send(page: Page) -> None:
    """Send the letter that is open."""
    press(page, "Send the letter")


def send_new_letter(page: Page, letter: Mapping[str, str] = LETTER) -> str:
    """Write a letter and send it; return its reference."""
    page.goto(FORM)
    write(page, letter)
    send(page)
    return reference_shown(page)


def reference_shown(page: Page) -> str:
    """Return the reference on the receipt that is open."""
    return page.locator(".reference").inner_text()


def heading(page: Page) -> str:
    """Return the first heading of the page that is open."""
    return page.locator("h1").inner_text()


def summary_title(page: Page) -> str:
    """Return what stands over the problems on the page that is open."""
    return page.locator("#summary h2").inner_text()


def focused(page: Page) -> str:
    """Return the id of what has the focus."""
    # Not by :focus, which Chromium does not apply to the button inside a date field.
    return str(page.evaluate("document.activeElement.id"))


def make_editor(database: Database, name: str, role: Role = Role.EDITOR) -> int:
    """Make an account for an editor; return its id."""
    return add_editor(database, email=_email(name), name=name, role=role, password=PASSWORD, now=now())


def sign_in(page: Page, name: str) -> None:
    """Go to the desk as the editor ``name``, who has an account."""
    page.goto("/desk/")
    page.get_by_label("E-mail").fill(_email(name))
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def letters_stored(database: Database) -> int:
    """Count the letters in the store."""
    with database.snapshot() as session:
        return session.scalars(select(func.count()).select_from(Letter)).one()


def _email(name: str) -> str:
    return f"{name.lower()}@example.com"
