"""Baselines for the benchmark of intake: minimal Flask applications that store one row per form.

The floor has a view that reads the form and commits a row, without rules, CSRF protection or receipt: the
least that any such service in Python costs. The rung above it adds a WTForms form with the real form's fields
and Flask-WTF's CSRF protection: the least that a service with these libraries costs. Both run on the same
server as Letters Desk.
"""

import argparse
import re
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import Protocol

import psycopg
from flask import Flask, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form, StringField

from webapp.app import MAX_REQUEST_BYTES
from webapp.installation.server import serve
from webapp.installation.settings import WORKERS

FIELDS = ("name", "email", "phone", "address", "district", "country", "headline", "body")
COLUMNS = ", ".join(FIELDS)
BOOLEAN_FIELDS = ("full_name_confirmed", "email_confirmed", "exclusive", "withhold_name", "consent")
UNSTORED_FIELDS = (
    *("article_url", "article_headline", "article_date", "category", "interest", "ai_use", "withhold_reason"),
    *("submission_key", "stamp", "proof", "website"),
)
"""Further fields of the real form; the rung parses them and, like the floor, doesn't store them."""
LONGEST_WAIT = 5.0
"""Seconds to wait for SQLite's write lock."""
PATH = "/floor"
RUNG = "/rung"
TOKEN = re.compile(r'(?<= name="csrf_token")(?P<between>[^>]* value=)"[^"]*"')
_INSERT = f"INSERT INTO floor ({COLUMNS}) VALUES (%s)"


class NoBackgroundWork:
    """Implements `webapp.installation.server.BackgroundWork` with nothing."""

    def start(self) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


def make_app(url: URL, page: str) -> Flask:
    """Build the floor's application.

    Args:
        url: Its database, with the table of `make_table`.
        page: The HTML that it answers GET requests with.
    """
    app = Flask(__name__)
    insert = _inserter(url)

    @app.get(PATH)
    def form() -> str:
        return page

    @app.post(PATH)
    def store_letter() -> Response:
        insert([request.form[name] for name in FIELDS])
        return _redirect_to_receipt()

    return app


def make_app_with_forms(url: URL, page: str) -> Flask:
    """Build the rung's application.

    Args:
        url: Its database, with the table of `make_table`.
        page: The HTML that it answers GET requests with; the CSRF token in it is replaced each time.
    """
    app = Flask(__name__)
    app.config["SECRET_KEY"] = secrets.token_hex()
    CSRFProtect(app)
    insert = _inserter(url)
    token = TOKEN.search(page)
    assert token, "the form has no token"
    before, behind = page[: token.start()] + token["between"], page[token.end() :]
    letter_form = _form_class()

    @app.get(RUNG)
    def form() -> str:
        return f'{before}"{generate_csrf()}"{behind}'

    @app.post(RUNG)
    def store_letter() -> Response:
        filled = letter_form(request.form)
        insert([filled[name].data for name in FIELDS])
        return _redirect_to_receipt()

    return app


def _form_class() -> type[Form]:
    strings = {name: StringField() for name in (*FIELDS, *UNSTORED_FIELDS)}
    return type("LetterForm", (Form,), strings | {name: BooleanField() for name in BOOLEAN_FIELDS})


def _redirect_to_receipt() -> Response:
    return Response(status=303, headers={"Location": f"/letters/{secrets.token_urlsafe(24)}"})


def make_table(url: URL) -> None:
    """Create the table of the floor and the rung."""
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
    """Inserts into SQLite, with a connection for each thread."""

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
    """Inserts into PostgreSQL, with a connection for each thread."""

    def __init__(self, url: URL) -> None:
        self._conninfo = conninfo(url)
        self._here = threading.local()

    def __call__(self, row: list[str]) -> None:
        """Insert ``row`` and commit it."""
        if not hasattr(self._here, "connection"):
            self._here.connection = psycopg.connect(self._conninfo, autocommit=True)
        self._here.connection.execute(_INSERT % ", ".join(["%s"] * len(row)), row)


def conninfo(url: URL) -> str:
    """Return the libpq connection string for a SQLAlchemy URL."""
    return make_conninfo(
        host=str(url.query["host"]), port=str(url.query["port"]), user=url.username, dbname=url.database
    )


def main() -> None:
    """Serve the floor, or with ``--with-forms`` the rung."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--page", type=Path, required=True)
    parser.add_argument("--with-forms", action="store_true")
    arguments = parser.parse_args()
    url, page = make_url(arguments.database), arguments.page.read_text(encoding="utf-8")
    make_table(url)
    make = make_app_with_forms if arguments.with_forms else make_app
    serve(
        lambda: make(url, page),
        NoBackgroundWork,
        host="127.0.0.1",
        port=arguments.port,
        workers=WORKERS,
        max_body_bytes=MAX_REQUEST_BYTES,
    )


if __name__ == "__main__":
    main()
