"""A test client for the API, sample letters as JSON, and helpers for problem details and counts."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.samples import HERALD, letter
from webapp.accounts.api_keys import create_api_key
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


def create_key(store: Database, paper: str = "", name: str = "The web site") -> str:
    """Create an API key and return it; an empty ``paper`` means all papers."""
    with store.transaction() as session:
        return create_api_key(session, name=name, paper=paper, now=now())


def as_json(submission: Submission) -> dict[str, Any]:
    """Return a submission as a JSON object, without empty fields."""
    return {name: value for name, value in dataclasses.asdict(submission).items() if value}


COMPLETE = as_json(letter())
ANOTHER = {**COMPLETE, "headline": "Another"}
WITH_ADVISORIES = {**COMPLETE, "exclusive": False, "address": "PO Box 5, Central"}


class ApiClient:
    """Sends JSON requests, with its API key if it has one; asserts JSON answers without cookies."""

    def __init__(self, app: Flask, key: str = "") -> None:
        """Use the API of ``app``; an empty key sends no Authorization header."""
        self.app, self.key = app, key
        self._client = app.test_client(use_cookies=False)

    def post(self, url: str, sent: object, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Post a value as JSON, or bytes as they are."""
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        answer = self._client.post(
            url, data=body, content_type="application/json", headers={**own, **(headers or {})}
        )
        assert "Set-Cookie" not in answer.headers
        assert answer.mimetype in {"application/json", PROBLEM}
        return answer

    def check(self, sent: object, **headers: str) -> TestResponse:
        """Post to the Herald's check endpoint."""
        return self.post(CHECK, sent, headers)

    def send(self, sent: object, key: str = "", url: str = LETTERS) -> TestResponse:
        """Post to a letters endpoint, with an Idempotency-Key if one is given."""
        return self.post(url, sent, {"Idempotency-Key": key} if key else {})


def problem(answer: TestResponse) -> tuple[int, str]:
    """Return status and code of a response, after asserting that it is a problem (RFC 9457)."""
    assert answer.mimetype == PROBLEM, answer.text
    said = answer.get_json()
    assert said["type"] == "about:blank"
    assert said["status"] == answer.status_code
    assert said["detail"].endswith(".")
    return answer.status_code, said["code"]


def count_letters(store: Database) -> int:
    """Return the number of stored letters."""
    return _count(store, Letter)


def count_messages(store: Database) -> int:
    """Return the number of messages in the outbox, sent ones included."""
    return _count(store, Message)


def _count(store: Database, table: type[Letter | Message]) -> int:
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
