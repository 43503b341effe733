"""An application with editors of each role and stored letters, and requests to it as each role."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.pages import token_for
from tests.samples import BODY, HERALD, PASSWORD, letter
from tests.web.routes import CORRESPONDENT, DESK, RouteCase
from webapp.accounts.administration import add_editor
from webapp.accounts.sign_ins import create_sign_in
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival
from webapp.letters.lookup import letter_for_writer
from webapp.store.database import Database
from webapp.store.models import Base, Channel, Letter, Message, MessageState, Role
from webapp.web.services import EXTENSION, Services

WRITE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class StoredLetter:
    """A stored letter, and the values that occur in URLs about it.

    Attributes:
        token: Opens the writer's own page.
        reference: Names it at the desk.
        proof: Confirms the writer's e-mail address.
        number: The id of its receipt message.
        colleague: The id of an editor's account, which chiefs may change.
    """

    token: str
    reference: str
    proof: str
    number: int
    colleague: int


class Site:
    """An application with an account for each role."""

    def __init__(self, app: Flask, store: Database) -> None:
        """Create an account for each role, and one more, the colleague."""
        self.app, self.store = app, store
        self.services: Services = app.extensions[EXTENSION]
        self._letters = 0
        self._people = {role.value: self._add(role, role) for role in Role}
        self._colleague = self._add("colleague", Role.EDITOR)

    def _add(self, name: str, role: Role) -> int:
        return add_editor(
            self.store, email=f"{name}@example.com", name=name, role=role, password=PASSWORD, now=now()
        )

    def receive(self) -> StoredLetter:
        """Store another letter, and mark all messages as undeliverable."""
        self._letters += 1
        arrival = Arrival(channel=Channel.FORM, at=now())
        with self.app.app_context():
            sent = letter(body=f"{BODY} {self._letters}")
            receipt = self.services.intake.receive(sent, HERALD, arrival)
        with self.store.transaction() as session:
            stored = letter_for_writer(session, receipt.token)
            session.execute(update(Message).values(state=MessageState.DEAD))
            number = session.scalar(select(Message.id).where(Message.letter_id == stored.id)) or 0
            proof = self.services.confirm_links.sign(stored)
        return StoredLetter(receipt.token, receipt.reference, proof, number, self._colleague)

    def client_for(self, role: str, stored: StoredLetter) -> FlaskClient:
        """Return a client with the cookies of somebody with that role."""
        client = self.app.test_client()
        if role == CORRESPONDENT:
            assert client.get(f"/letters/{stored.token}").status_code == 200
        if role in DESK:
            with self.store.transaction() as session:
                token = create_sign_in(session, self._people[role], fingerprint=None, browser="", now=now())
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["proved_at"] = now().timestamp()
        return client

    def request(
        self,
        client: FlaskClient,
        method: str,
        url: str,
        fields: Mapping[str, str] | None = None,
        *,
        with_token: bool = True,
        as_json: bool = False,
        host: str | None = None,
    ) -> TestResponse:
        """Make a request.

        Args:
            client: The client, which keeps cookies.
            method: The HTTP method.
            url: The path.
            fields: Form fields, or members of the JSON object.
            with_token: Whether a form is sent with a CSRF token, fetched from a page first.
            as_json: Whether the fields are sent as JSON, without a token.
            host: The Host header, where it isn't the usual one.
        """
        headers = {"Host": host} if host else {}
        sent = dict(fields or {})
        if as_json:
            return client.open(url, method=method, json=sent, headers=headers)
        if method in WRITE_METHODS and with_token:
            sent["csrf_token"] = self.token(client, url, headers)
        return client.open(
            url,
            method=method,
            data=sent if method in WRITE_METHODS else None,
            headers=headers,
            # Closes the file of a static response at once.
            buffered=True,
        )

    def token(self, client: FlaskClient, url: str, headers: Mapping[str, str] | None = None) -> str:
        """Return a CSRF token for a form that the client sends to ``url``."""
        if not url.startswith("/desk"):
            return token_for(self.app, url)
        page = client.get("/desk/login", headers=headers)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        return token[1]

    def fields(self, case: RouteCase, stored: StoredLetter) -> dict[str, str]:
        """Return the fields to post, with the letter's present version."""
        with self.store.snapshot() as session:
            version = session.scalar(select(Letter.version).where(Letter.token == stored.token))
        return {name: value.replace("{version}", str(version)) for name, value in case.fields.items()}

    def all_rows(self) -> list[object]:
        """Return every row of every table."""
        with self.store.snapshot() as session:
            tables = Base.metadata.sorted_tables
            return [tuple(row) for table in tables for row in session.execute(select(table))]


def route_url(rule: str, stored: StoredLetter) -> str:
    """Return the URL of a rule, with the letter's values for its variables."""
    values = {
        "paper": HERALD.paper.slug,
        "filename": "paper.css",
        "version": "earlier",
        "token": stored.token,
        "proof": stored.proof,
        "reference": stored.reference,
        "number": str(stored.number),
        "editor_id": str(stored.colleague),
        **dict.fromkeys(("sign_in_id", "passkey_id", "invitation"), "0"),
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values[part[1]], rule)


def table_rule(rule: Rule) -> str:
    """Return a rule as `ROUTE_CASES` has it, without the content hash in the path of static files."""
    return re.sub(r"^/static/[0-9a-f]+/", "/static/", rule.rule)


def application_rule(rule: str, app: Flask) -> str:
    """Return a rule of `ROUTE_CASES` as the application has it, with the content hash of static files."""
    return rule.replace("/static/<path", f"{app.static_url_path}/<path")
