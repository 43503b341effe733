"""The floor: a bare Flask view that reads the form and commits one row, served as the product is.

No rules, no CSRF, no receipt: what is left is what any such service in Python pays. One rung above it, the
same view has a form of WTForms with the product's fields, and Flask-WTF's guard against forged requests: what
is left is what a product with these libraries pays, whatever it does with a letter.
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

from webapp.installation.server import serve
from webapp.installation.settings import WORKERS

FIELDS = ("name", "email", "phone", "address", "district", "country", "headline", "body")
COLUMNS = ", ".join(FIELDS)
TICKED = ("full_name_confirmed", "exclusive", "withhold_name", "consent")
UNKEPT = (
    *("article_url", "article_headline", "article_date", "category", "interest", "ai_use", "withhold_reason"),
    *("submission_key", "stamp", "proof", "website"),
)
"""Fields that the product's form has besides; the rung reads them, and keeps them no more than the floor."""
LONGEST_WAIT = 5.0
"""Seconds that a writer waits for the others."""
PATH = "/floor"
RUNG = "/rung"
TOKEN = re.compile(r'(?<= name="csrf_token")(?P<between>[^>]* value=)"[^"]*"')
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
        return _taken()

    return app


def make_app_with_forms(url: URL, page: str) -> Flask:
    """Build the rung's application.

    Args:
        url: Its database, which has its table.
        page: What it shows for a form, with a token in it that each reader gets another one for.
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
    def take_in() -> Response:
        filled = letter_form(request.form)
        insert([filled[name].data for name in FIELDS])
        return _taken()

    return app


def _form_class() -> type[Form]:
    typed = {name: StringField() for name in (*FIELDS, *UNKEPT)}
    return type("LetterForm", (Form,), typed | {name: BooleanField() for name in TICKED})


def _taken() -> Response:
    return Response(status=303, headers={"Location": f"/letters/{secrets.token_urlsafe(24)}"})


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
    parser.add_argument("--with-forms", action="store_true")
    given = parser.parse_args()
    url, page = make_url(given.database), given.page.read_text(encoding="utf-8")
    make_table(url)
    make = make_app_with_forms if given.with_forms else make_app
    serve(lambda: make(url, page), NoBackgroundWork, host="127.0.0.1", port=given.port, workers=WORKERS)


if __name__ == "__main__":
    main()
