"""A colleague's long address beside the name, on a narrow screen."""

from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import update

from tests.samples import HERALD, NOON, PASSWORD, SECRET_KEY, letter
from webapp.accounts.administration import add_editor
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel, Letter, Role


def test_a_long_address_breaks_the_line_and_not_the_page(dana: Page, site: str, sqlite: Database) -> None:
    (_, other) = [
        add_editor(sqlite, email=email, name="Ann Li", role=Role.EDITOR, password=PASSWORD, now=NOON)
        for email in ("ann@example.com", f"{'a' * 60}@{'example' * 6}.com")
    ]
    arrival = Arrival(channel=Channel.FORM, at=NOON)
    reference = Intake(sqlite, SECRET_KEY).receive(letter(), HERALD, arrival).reference
    claim = {"claimed_by_id": other, "claimed_at": now(), "claimed_until": now() + timedelta(minutes=9)}
    with sqlite.transaction() as session:
        session.execute(update(Letter).values(**claim))
    dana.set_viewport_size({"width": 320, "height": 800})
    for path, part in (("/desk/", ".on-it"), (f"/desk/letters/{reference}", ".taken")):
        dana.goto(site + path)
        box = dana.locator(part).bounding_box()
        assert box
        assert box["x"] + box["width"] <= 320
        inner = dana.locator(part).evaluate("(part) => [part.scrollWidth, part.clientWidth]")
        assert inner[0] <= inner[1], path
