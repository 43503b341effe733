"""The floor: a bare Flask view that reads the form and commits one row, served as the product is.

No rules, no CSRF, no receipt: what is left is what any such service in Python pays.
"""

import argparse
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import Protocol

import psycopg
from flask import Flask, request
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url
from werkzeug.wrappers import Response

from webapp.config import WORKERS
from webapp.server import serve

FIELDS = ("name", "email", "phone", "address", "district", "country", "headline", "body")
COLUMNS = ", ".join(FIELDS)
LONGEST_WAIT = 5.0
"""Seconds that a writer waits for the others."""
PATH = "/floor"
_INSERT = f"INSERT INTO floor ({COLUMNS}) VALUES (%s)"


class NoBackgroundWork:
    """Nothing goes on beside the requests."""

    def start(self) -> None:
        """Begin nothing."""

    def stop(self) -> None:
        """End nothing."""


def make_app(url: URL, page: str) -> Flask:
    """Build the floor's application.

    Args:
        url: Its database, which has its table.
        page: What it shows for a form.
    """
    app = Flask(__name__)
    insert = _inserter(url)

    @app.get(PATH)
    def form() -> str:
        return page

    @app.post(PATH)
    def take_in() -> Response:
        insert([request.form[name] for name in FIELDS])
        return Response(status=303, headers={"Location": f"/letters/{secrets.token_urlsafe(24)}"})

    return app


def make_table(url: URL) -> None:
    """Make the one table."""
    columns = ", ".join(f"{name} TEXT NOT NULL" for name in FIELDS)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(url.database or "") as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"CREATE TABLE floor (id INTEGER PRIMARY KEY, {columns})")
        connection.close()
        return
    with psycopg.connect(conninfo(url), autocommit=True) as opened:
        opened.execute(f"CREATE TABLE floor (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {columns})")


def _inserter(url: URL) -> "Inserter":
    return SqliteInserter(url) if url.get_backend_name() == "sqlite" else PostgresInserter(url)


class Inserter(Protocol):
    """Commits one row, durably."""

    def __call__(self, row: list[str]) -> None:
        """Insert ``row`` and commit it."""


class SqliteInserter:
    """With a connection for each thread."""

    def __init__(self, url: URL) -> None:
        self._file = url.database or ""
        self._here = threading.local()

    def __call__(self, row: list[str]) -> None:
        """Insert ``row`` and commit it."""
        if not hasattr(self._here, "connection"):
            self._here.connection = sqlite3.connect(self._file, timeout=LONGEST_WAIT, isolation_level=None)
            self._here.connection.execute("PRAGMA synchronous = FULL")
        self._here.connection.execute(_INSERT % ", ".join("?" * len(row)), row)


class PostgresInserter:
    """With a connection for each thread."""

    def __init__(self, url: URL) -> None:
        self._conninfo = conninfo(url)
        self._here = threading.local()

    def __call__(self, row: list[str]) -> None:
        """Insert ``row`` and commit it."""
        if not hasattr(self._here, "connection"):
            self._here.connection = psycopg.connect(self._conninfo, autocommit=True)
        self._here.connection.execute(_INSERT % ", ".join(["%s"] * len(row)), row)


def conninfo(url: URL) -> str:
    """Return what psycopg itself calls the database."""
    return make_conninfo(
        host=str(url.query["host"]), port=str(url.query["port"]), user=url.username, dbname=url.database
    )


def main() -> None:
    """Serve the floor."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--page", type=Path, required=True)
    given = parser.parse_args()
    url, page = make_url(given.database), given.page.read_text(encoding="utf-8")
    make_table(url)
    serve(lambda: make_app(url, page), NoBackgroundWork, host="127.0.0.1", port=given.port, workers=WORKERS)


if __name__ == "__main__":
    main()
