"""Fixtures of the reader's pages: writers who have sent a letter, and applications that count requests."""

import pytest

from tests.reader.letter_writer import Writer
from tests.web.conftest import busy_visitor, limited_visitor
from webapp.store.database import Database

__all__ = ["busy_visitor", "limited_visitor"]


@pytest.fixture
def writer(sqlite: Database) -> Writer:
    """A writer whose letter was just received, on SQLite."""
    return Writer(sqlite)


@pytest.fixture
def writer_on_both(store: Database) -> Writer:
    """A writer whose letter was just received, on SQLite and on PostgreSQL in turn."""
    return Writer(store)
