"""Fuzzing every form field that the views read, one at a time: no value causes a 5xx answer.

The names of the fields are recorded while the views read them, so that none is missing here.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY
from tests.web.routes import CHIEFS, NEW_PASSWORD, ROUTE_CASES, STRANGER
from tests.web.site import WRITE_METHODS, Site, route_url
from tests.web.test_fuzzing import HOSTILE_TEXTS
from webapp.accounts.administration import add_editor
from webapp.accounts.one_time_links import create_invitation, create_password_reset
from webapp.accounts.sign_ins import check_password
from webapp.app import create_app
from webapp.desk import reauthentication
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.editing.approvals import request_approval
from webapp.letters.editing.versions import EditedText, save_copy
from webapp.letters.editing.workflow import Actor, lock_letter
from webapp.store.database import Database
from webapp.store.models import Approval, Editor, Letter, Role

EXAMPLES_PER_FIELD = 4
"""Hypothesis examples for each field, on each database."""
PASSKEY_ANSWERS = [
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
]
ARBITRARY_VALUES = st.one_of(st.sampled_from([*HOSTILE_TEXTS, *PASSKEY_ANSWERS]), st.text(max_size=60))


class RecordingFields(ImmutableMultiDict[str, str]):
    """The parameters of a request; records the names that are looked up, of all requests together."""

    asked: set[str] = set()  # noqa: RUF012 -- shared by all requests on purpose

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def get(self, name: str, *how: Any, **named: Any) -> Any:  # type: ignore[override] # handed on as it comes
        self.asked.add(name)
        return super().get(name, *how, **named)

    def getlist(self, name: str, *how: Any, **named: Any) -> Any:  # type: ignore[override] # the same
        self.asked.add(name)
        return super().getlist(name, *how, **named)


@pytest.fixture
def site(store: Database) -> Site:
    """An application without CSRF protection that records the fields it reads, on each database in turn."""
    settings = Settings(
        database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,), rate_limits=False
    )
    app = create_app(settings, store)
    app.config["WTF_CSRF_ENABLED"] = False
    app.request_class = type(
        "NotingRequest", (app.request_class,), {"parameter_storage_class": RecordingFields}
    )
    return Site(app, store)


class PreparedForm:
    """A form of one route, ready to be sent: the invitation, copy or question that it needs exists."""

    def __init__(self, site: Site, rule: str) -> None:
        """Prepare what the POST to ``rule`` needs."""
        self._site, self._rule = site, rule
        self.stored = site.receive()
        self.client = site.client_for(CHIEFS[0] if rule.startswith("/desk/") else STRANGER, self.stored)
        self.url = route_url(rule, self.stored)
        self._fields: dict[str, str] = {}
        prepare = {
            "/desk/join/<token>": self._invite,
            "/desk/password/new/<token>": self._reset_password,
            "/desk/login/second-step": self._pass_first_step,
            "/desk/login/second-step/passkey": self._pass_first_step,
            "/desk/letters/<reference>/ask-approval": self._edit,
            "/letters/<token>/answer": self._request_approval,
            "/desk/together": self._select_letter,
            "/desk/together/undo": self._select_letter,
        }.get(rule)
        if prepare:
            prepare()

    def send(self, **changes: str) -> int:
        """Post the form and return the status."""
        fields = self._site.fields(ROUTE_CASES[self._rule, "POST"], self.stored) | self._fields
        return self.client.post(self.url, data=fields | changes).status_code

    def _invite(self) -> None:
        with self._site.store.transaction() as session:
            token = create_invitation(
                session,
                email=f"new-{self.stored.number}@example.com",
                name="",
                role=Role.READER,
                by_id=self._chief(),
                now=now(),
            )
        self.url, self._fields = (
            f"/desk/join/{token}",
            {"name": "Noor", "password": NEW_PASSWORD, "again": NEW_PASSWORD},
        )

    def _reset_password(self) -> None:
        with self._site.store.transaction() as session:
            token = create_password_reset(session, session.get_one(Editor, self.stored.colleague), now=now())
        self.url = f"/desk/password/new/{token}"

    def _pass_first_step(self) -> None:
        store, email = self._site.store, f"{self.stored.number}@example.com"
        add_editor(store, email=email, name="Half", role=Role.EDITOR, password=PASSWORD, now=now())
        proven = check_password(store, email=email, password=PASSWORD, now=now())
        with self.client.session_transaction() as cookie:
            cookie[reauthentication.PENDING_SECOND_STEP] = [
                proven.editor_id,
                proven.fingerprint,
                now().timestamp(),
            ]

    def _edit(self) -> None:
        text = EditedText.from_typed("Trams", "Slow trams are good trams.")
        with self._site.store.transaction() as session:
            by = Actor(self._chief(), Role.CHIEF)
            save_copy(session, self.stored.reference, text, based_on=0, by=by, now=now())
        self._fields = {"copy_number": "1"}

    def _request_approval(self) -> None:
        self._edit()
        with self._site.store.transaction() as session:
            letter = lock_letter(session, self.stored.reference)
            deadline = now() + timedelta(days=1)
            request_approval(session, letter, 1, editor_id=self._chief(), deadline=deadline, now=now())
        with self._site.store.snapshot() as session:
            question = session.scalars(
                select(Approval.id).join(Letter).where(Letter.token == self.stored.token)
            ).one()
        self._fields = {"answer": "objected", "question": str(question), "comment": "No."}

    def _select_letter(self) -> None:
        self._fields = {"letters": f"{self.stored.reference}:1", "to_state": "held"}

    def _chief(self) -> int:
        with self._site.store.snapshot() as session:
            return session.scalars(select(Editor.id).where(Editor.role == Role.CHIEF)).one()


def fields_read_at(site: Site, rule: str) -> set[str]:
    """Return the names of the fields that a POST to the rule reads, except the language, read by all."""
    RecordingFields.asked.clear()
    PreparedForm(site, rule).send()
    return RecordingFields.asked - {"lang"}


def try_field(form: PreparedForm, name: str) -> None:
    """Post a form with arbitrary values in one of its fields."""

    @given(value=ARBITRARY_VALUES)
    @hypothesis_settings(max_examples=EXAMPLES_PER_FIELD)
    def send(value: str) -> None:
        assert form.send(**{name: value}) < 500, (form.url, name, value)

    send()


def test_no_field_of_any_form_brings_the_product_down(site: Site) -> None:
    read = {rule: fields_read_at(site, rule) for rule, method in ROUTE_CASES if method in WRITE_METHODS}
    for rule, names in read.items():
        for name in sorted(names):
            try_field(PreparedForm(site, rule), name)
    assert {"name", "withhold_reason", "exclusive", "article_date"} <= read["/<paper>/letters/new"]
    assert {"to_state", "note", "print_on", "version"} <= read["/desk/letters/<reference>/move"]
