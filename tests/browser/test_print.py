"""Printing: how many sheets a short letter takes, at the desk, beside the list, on the writer's own page."""

import io

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.samples import HERALD, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake, Receipt
from webapp.store.database import Database
from webapp.store.models import Channel

NINETEEN_WORDS = "The tram is slow, and that is its use: it gives one time to look at the city."


@pytest.fixture
def short_letter(sqlite: Database) -> Receipt:
    """A letter that was just received."""
    arrival = Arrival(channel=Channel.FORM, at=now())
    return Intake(sqlite, SECRET_KEY).receive(letter(body=NINETEEN_WORDS), HERALD, arrival)


@pytest.mark.parametrize(
    "address", ["/desk/letters/{0.reference}", "/desk/#{0.reference}", "/letters/{0.token}"]
)
def test_a_short_letter_is_printed_on_one_sheet(dana: Page, short_letter: Receipt, address: str) -> None:
    dana.goto(address.format(short_letter))
    dana.locator(".letter-body").get_by_text(NINETEEN_WORDS).wait_for()
    sheets = PdfReader(io.BytesIO(dana.pdf(format="A4"))).pages
    assert len(sheets) == 1
    assert "slow, and that is its use" in " ".join(sheets[0].extract_text().split())


def test_of_a_list_without_an_open_letter_the_rows_are_printed(dana: Page, short_letter: Receipt) -> None:
    del short_letter
    dana.goto("/desk/")
    sheets = PdfReader(io.BytesIO(dana.pdf(format="A4"))).pages
    assert "In praise of slowness" in sheets[0].extract_text()
