"""Helpers for tests of edited versions: store a letter, save a version, post a form."""

from tests.pages import Page, Visitor, form_fields
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel

SHORT = "The tram is slow.\n\nThat is its use."


def receive(sqlite: Database, **changes: str | bool) -> str:
    """Store a letter; return the path of its page at the desk."""
    intake = Intake(sqlite, SECRET_KEY)
    receipt = intake.receive(letter(**changes), HERALD, Arrival(channel=Channel.FORM, at=NOON))
    return f"/desk/letters/{receipt.reference}"


def edit(visitor: Visitor, address: str, **typed: str) -> Page:
    """Save a new version of the letter, with the text `SHORT` unless another is given."""
    visitor.open(f"{address}/edit")
    return visitor.send({"body": SHORT} | typed, button=("do", "save"))


def post(visitor: Visitor, page: Page, action: str, **typed: str) -> Page:
    """Post the page's only form whose action ends with ``action``, and follow redirects."""
    (form,) = page.soup.select(f'form[action$="{action}"]')
    response = visitor.client.post(str(form["action"]), data=form_fields(form) | typed, follow_redirects=True)
    return Page(response, str(form["action"]))
