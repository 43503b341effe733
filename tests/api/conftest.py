"""What the tests of the API share."""

import pytest
from flask import Flask

from tests.api.program import POST, Program, new_key
from tests.samples import HERALD, SEAL, SECRET_KEY
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database


@pytest.fixture
def stranger(app: Flask) -> Program:
    """A program without a key."""
    return Program(app)


@pytest.fixture
def program(app: Flask, sqlite: Database) -> Program:
    """A program with a key for all papers."""
    return Program(app, new_key(sqlite))


@pytest.fixture
def house(store: Database) -> Flask:
    """The application with two papers, on each of the databases in turn."""
    return create_app(
        Settings(
            database_url=store.url,
            secret_key=SECRET_KEY,
            seal=SEAL,
            policies=(HERALD, POST),
            base_url="https://letters.example.com",
            rate_limits=False,
        ),
        store,
    )


@pytest.fixture
def sender(house: Flask, store: Database) -> Program:
    """A program with a key for all papers, on each of the databases in turn."""
    return Program(house, new_key(store))
