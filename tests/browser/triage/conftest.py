"""Fixtures of the triage tests: the queue with three letters."""

import pytest
from playwright.sync_api import Page

from tests.browser.triage.steps import WIDE
from tests.samples import HERALD, SECRET_KEY, letter
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel


@pytest.fixture
def references(sqlite: Database) -> list[str]:
    """The references of three received letters."""
    intake = Intake(sqlite, SECRET_KEY)
    arrival = Arrival(channel=Channel.FORM, at=now())
    return [
        intake.receive(letter(headline=f"No. {number}"), HERALD, arrival).reference for number in range(3)
    ]


@pytest.fixture
def queue(dana: Page, references: list[str]) -> Page:
    """The queue page with the three letters, on a wide screen, signed in as Dana."""
    assert references
    dana.set_viewport_size(WIDE)
    dana.goto("/desk/")
    return dana
