"""Steps of the browser tests: fill in and send the letter form, sign in, read headings and the focus."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Locator, Page
from sqlalchemy import func, select

from tests.samples import BODY, PARTICULARS, PASSWORD
from webapp.accounts.administration import add_editor
from webapp.installation.clock import now
from webapp.store.database import Database
from webapp.store.models import Letter, Role

FORM = "/harbour-herald/letters/new"
LETTER = {**PARTICULARS, "headline": "In praise of slowness", "body": BODY}


def field(page: Page, name: str) -> Locator:
    """Return the locator of the open form's field with that name."""
    return page.locator(f"#{name}")


def fill_in(page: Page, letter: Mapping[str, str] = LETTER) -> None:
    """Fill in the open form with the letter's fields."""
    for name, text in letter.items():
        field(page, name).fill(text)


def form_values(page: Page, names: Mapping[str, str] = LETTER) -> dict[str, str]:
    """Return the values of the open form's fields."""
    return {name: field(page, name).input_value() for name in names}


def press(page: Page, button: str) -> None:
    """Press a button and wait until the page that it leads to has loaded."""
    with next_page(page):
        page.get_by_role("button", name=button, exact=True).click()


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Wait at the end of the block until a page has loaded."""
    # The load event, because Playwright's navigation also includes history.pushState.
    with page.expect_event("load"):
        yield


def send(page: Page) -> None:
    """Send the open letter form."""
    press(page, "Send the letter")


def send_new_letter(page: Page, letter: Mapping[str, str] = LETTER) -> str:
    """Open the form, fill it in, send it, and return the letter's reference."""
    page.goto(FORM)
    fill_in(page, letter)
    send(page)
    return reference_shown(page)


def reference_shown(page: Page) -> str:
    """Return the reference on the open receipt."""
    return page.locator(".reference").inner_text()


def heading(page: Page) -> str:
    """Return the text of the open page's h1."""
    return page.locator("h1").inner_text()


def summary_title(page: Page) -> str:
    """Return the heading of the open page's error summary."""
    return page.locator("#summary h2").inner_text()


def focused(page: Page) -> str:
    """Return the id of the focused element."""
    # Chromium doesn't apply :focus to the button inside a date field.
    return str(page.evaluate("document.activeElement.id"))


def make_editor(database: Database, name: str, role: Role = Role.EDITOR) -> int:
    """Create an account and return its id."""
    return add_editor(database, email=email_of(name), name=name, role=role, password=PASSWORD, now=now())


def sign_in(page: Page, name: str) -> None:
    """Sign in at the desk as the editor of that name."""
    page.goto("/desk/")
    page.get_by_label("E-mail").fill(email_of(name))
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def letters_stored(database: Database) -> int:
    """Return the number of letters in the database."""
    with database.snapshot() as session:
        return session.scalars(select(func.count()).select_from(Letter)).one()


def email_of(name: str) -> str:
    """Return the e-mail address of the editor of that name."""
    return f"{name.lower()}@example.com"
