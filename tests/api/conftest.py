"""Fixtures of the API tests: clients with and without an API key."""

import pytest
from flask import Flask

from tests.api.api_client import POST, ApiClient, create_key
from tests.samples import HERALD, SEAL, SECRET_KEY
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.store.database import Database


@pytest.fixture
def keyless_client(app: Flask) -> ApiClient:
    """A client without an API key."""
    return ApiClient(app)


@pytest.fixture
def api_client(app: Flask, sqlite: Database) -> ApiClient:
    """A client with an API key for all papers."""
    return ApiClient(app, create_key(sqlite))


@pytest.fixture
def app_with_two_papers(store: Database) -> Flask:
    """The application with two papers, on each database in turn."""
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
def store_client(app_with_two_papers: Flask, store: Database) -> ApiClient:
    """A client with an API key for all papers, on each database in turn."""
    return ApiClient(app_with_two_papers, create_key(store))
