"""What the tests of the doors share: an application that counts, and a class that writes to it."""

import dataclasses

import pytest

from tests.pages import Visitor
from tests.samples import BODY, PARTICULARS
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database

FORM = "/harbour-herald/letters/new"
COMPLETE = {**PARTICULARS, "headline": "In praise of slowness", "body": BODY}


@pytest.fixture
def watched(counting: Settings, sqlite: Database) -> Visitor:
    """A browser at an application that counts."""
    return Visitor(create_app(counting, sqlite))


@pytest.fixture
def busy(counting: Settings, sqlite: Database) -> Visitor:
    """A browser at a desk that was made busy by some letters in this minute.

    One more than is needed: those of the last minute count for a little less with each moment of this one.
    """
    visitor = Visitor(create_app(dataclasses.replace(counting, busy_from=2), sqlite))
    visitor.open(FORM)
    for _ in range(2):
        assert visitor.send({"body": ""}).status == 422
    assert visitor.page
    visitor.client.post(FORM, data=visitor.page.typed())
    return visitor
