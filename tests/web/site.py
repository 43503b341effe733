"""An application with a letter and its messages, people with each role, and ways to knock at its doors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.samples import BODY, HERALD, PASSWORD, letter
from tests.web.routes import CORRESPONDENT, DESK, Door
from webapp.accounts.accounts import add_editor
from webapp.accounts.sign_ins import start_sign_in
from webapp.installation.clock import now
from webapp.letters.intake.intake import Arrival
from webapp.letters.lookup import letter_for_writer
from webapp.store.database import Database
from webapp.store.models import Base, Channel, Letter, Message, MessageState, Role
from webapp.web.services import EXTENSION, Services

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Kept:
    """A letter with what leads to it."""

    token: str
    reference: str
    proof: str
    number: int
    colleague: int
    """Somebody's account, which chiefs may change."""


class House:
    """An application with people in it."""

    def __init__(self, app: Flask, store: Database) -> None:
        """Give each role at the desk somebody who has it."""
        self.app, self.store = app, store
        self.services: Services = app.extensions[EXTENSION]
        self._letters = 0
        self._people = {role.value: self._add(role, role) for role in Role}
        self._colleague = self._add("colleague", Role.EDITOR)

    def _add(self, name: str, role: Role) -> int:
        return add_editor(
            self.store, email=f"{name}@example.com", name=name, role=role, password=PASSWORD, now=now()
        )

    def receive(self) -> Kept:
        """Take a letter in, the receipt of which can't be delivered."""
        self._letters += 1
        arrival = Arrival(channel=Channel.FORM, at=now())
        with self.app.app_context():
            sent = letter(body=f"{BODY} {self._letters}")
            receipt = self.services.intake.receive(sent, HERALD, arrival)
        with self.store.transaction() as session:
            kept = letter_for_writer(session, receipt.token)
            session.execute(update(Message).values(state=MessageState.DEAD))
            number = session.scalar(select(Message.id).where(Message.letter_id == kept.id)) or 0
            proof = self.services.confirm_links.proof(kept)
        return Kept(receipt.token, receipt.reference, proof, number, self._colleague)

    def enter(self, role: str, kept: Kept) -> FlaskClient:
        """Return the browser of somebody with a role."""
        client = self.app.test_client()
        if role == CORRESPONDENT:
            assert client.get(f"/letters/{kept.token}").status_code == 200
        if role in DESK:
            with self.store.transaction() as session:
                token = start_sign_in(session, self._people[role], mark=None, browser="", now=now())
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["proved_at"] = now().timestamp()
        return client

    def knock(
        self,
        client: FlaskClient,
        method: str,
        address: str,
        fields: Mapping[str, str] | None = None,
        *,
        with_token: bool = True,
        as_json: bool = False,
        host: str | None = None,
    ) -> TestResponse:
        """Make a request; a change carries the token of a page unless told otherwise, a program's never."""
        headers = {"Host": host} if host else {}
        sent = dict(fields or {})
        if as_json:
            return client.open(address, method=method, json=sent, headers=headers)
        if method in CHANGES and with_token:
            page = client.get("/", headers=headers)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
            assert token
            sent["csrf_token"] = token[1]
        return client.open(
            address,
            method=method,
            data=sent if method in CHANGES else None,
            headers=headers,
            # The file that a static answer comes from is closed at once.
            buffered=True,
        )

    def fields(self, door: Door, kept: Kept) -> dict[str, str]:
        """Return what is posted at ``door``."""
        with self.store.snapshot() as session:
            version = session.scalar(select(Letter.version).where(Letter.token == kept.token))
        return {name: value.replace("{version}", str(version)) for name, value in door.fields.items()}

    def contents(self) -> list[object]:
        """Return every row of every table."""
        with self.store.snapshot() as session:
            tables = Base.metadata.sorted_tables
            return [tuple(row) for table in tables for row in session.execute(select(table))]


def address(rule: str, kept: Kept) -> str:
    """Return the address of a route, with what leads to ``kept`` in it."""
    values = {
        "paper": HERALD.paper.slug,
        "filename": "paper.css",
        "token": kept.token,
        "proof": kept.proof,
        "reference": kept.reference,
        "number": str(kept.number),
        "editor_id": str(kept.colleague),
        **dict.fromkeys(("sign_in_id", "passkey_id", "invitation"), "0"),
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values[part[1]], rule)


def written(rule: Rule) -> str:
    """Return a route as the table of routes has it: the static files' folder is named after their content."""
    return re.sub(r"^/static/[0-9a-f]+/", "/static/", rule.rule)


def opened(table_rule: str, app: Flask) -> str:
    """Return a route of the table as the application has it."""
    return table_rule.replace("/static/", f"{app.static_url_path}/")
