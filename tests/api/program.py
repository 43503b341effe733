"""A newspaper's own program, which hands letters in."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.samples import HERALD, letter
from webapp.accounts.api_keys import make_key
from webapp.installation.clock import now
from webapp.rules.submission import Submission
from webapp.store.database import Database
from webapp.store.models import Letter, Message

API = "/api/v1"
CHECK = f"{API}/harbour-herald/check"
LETTERS = f"{API}/harbour-herald/letters"
POST = dataclasses.replace(
    HERALD, paper=dataclasses.replace(HERALD.paper, slug="island-post", title="The Island Post")
)
PROBLEM = "application/problem+json"


def new_key(store: Database, paper: str = "", name: str = "The web site") -> str:
    """Make a key of the API."""
    with store.transaction() as session:
        return make_key(session, name=name, paper=paper, now=now())


def as_json(submission: Submission) -> dict[str, Any]:
    """Return a submission as a program sends it."""
    return {name: value for name, value in dataclasses.asdict(submission).items() if value not in {"", False}}


COMPLETE = as_json(letter())
ANOTHER = {**COMPLETE, "headline": "Another"}
WITH_ADVISORIES = {**COMPLETE, "exclusive": False, "address": "PO Box 5, Central"}


class Program:
    """Sends requests, with its key if it has one, and keeps no cookies."""

    def __init__(self, app: Flask, key: str = "") -> None:
        """Write to the API of ``app``."""
        self.app, self.key = app, key
        self._client = app.test_client(use_cookies=False)

    def post(self, place: str, sent: object, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Send something as JSON; bytes as they are."""
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        answer = self._client.post(
            place, data=body, content_type="application/json", headers={**own, **(headers or {})}
        )
        assert "Set-Cookie" not in answer.headers
        assert answer.mimetype in {"application/json", PROBLEM}
        return answer

    def check(self, sent: object, **headers: str) -> TestResponse:
        """Ask for a verdict."""
        return self.post(CHECK, sent, headers)

    def send(self, sent: object, key: str = "", place: str = LETTERS) -> TestResponse:
        """Hand a letter in, with an Idempotency-Key if one is given."""
        return self.post(place, sent, {"Idempotency-Key": key} if key else {})


def problem(answer: TestResponse) -> tuple[int, str]:
    """Return the status and the code of an answer, which has to be a problem as RFC 9457 has them."""
    assert answer.mimetype == PROBLEM, answer.text
    said = answer.get_json()
    assert said["type"] == "about:blank"
    assert said["status"] == answer.status_code
    assert said["detail"].endswith(".")
    return answer.status_code, said["code"]


def letters_in(store: Database) -> int:
    """Count the letters that are stored."""
    return _count(store, Letter)


def messages_in(store: Database) -> int:
    """Count the messages that were written."""
    return _count(store, Message)


def _count(store: Database, table: type[Letter | Message]) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
