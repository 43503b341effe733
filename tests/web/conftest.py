"""Fixtures of the web tests: browsers at applications with rate limits on, and at a busy desk."""

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
def limited_visitor(counting: Settings, sqlite: Database) -> Visitor:
    """A browser at an application with rate limits."""
    return Visitor(create_app(counting, sqlite))


@pytest.fixture
def busy_visitor(counting: Settings, sqlite: Database) -> Visitor:
    """A browser at an application that has become busy, so that letters need a proof of work.

    One letter more is sent than `busy_from` says: with the sliding window a letter counts for less and less
    once the next minute has begun.
    """
    visitor = Visitor(create_app(dataclasses.replace(counting, busy_from=2), sqlite))
    visitor.open(FORM)
    for _ in range(2):
        assert visitor.send({"body": ""}).status == 422
    assert visitor.page
    visitor.client.post(FORM, data=visitor.page.typed())
    return visitor
