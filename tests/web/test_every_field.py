"""Every field that a form is read for, one after the other: whatever stands in it, it is no failure of ours.

Which fields those are is noted as the product reads them, so that none can be forgotten here.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict

from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY
from tests.web.routes import CHIEFS, DOORS, NEW, STRANGER
from tests.web.site import CHANGES, House, address
from tests.web.test_fuzzing import NASTY
from webapp.accounts.accounts import add_editor
from webapp.accounts.links import ask_for_reset, invite
from webapp.accounts.sign_ins import check_password
from webapp.app import create_app
from webapp.desk import reauthentication as proofs
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.editing.approvals import ask_for_approval
from webapp.letters.editing.copies import EditedText, save_copy
from webapp.letters.editing.workflow import Actor, lock_letter
from webapp.store.database import Database
from webapp.store.models import Approval, Editor, Letter, Role

EXAMPLES = 4
"""For each field, on each of the databases."""
OF_PASSKEYS = [
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
]
WILD = st.one_of(st.sampled_from([*NASTY, *OF_PASSKEYS]), st.text(max_size=60))


class NotedFields(ImmutableMultiDict[str, str]):
    """What came with a request; it notes by which names it is asked for."""

    asked: set[str] = set()  # noqa: RUF012 -- of all requests together

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
def house(store: Database) -> House:
    """The application with people of every role, on each of the databases in turn."""
    settings = Settings(
        database_url=store.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,), rate_limits=False
    )
    app = create_app(settings, store)
    app.config["WTF_CSRF_ENABLED"] = False
    app.request_class = type("NotingRequest", (app.request_class,), {"parameter_storage_class": NotedFields})
    return House(app, store)


class Entered:
    """Somebody before a form that can be sent: what its route needs is there."""

    def __init__(self, house: House, rule: str) -> None:
        """Bring about what ``rule`` needs."""
        self._house, self._rule = house, rule
        self.kept = house.receive()
        self.client = house.enter(CHIEFS[0] if rule.startswith("/desk/") else STRANGER, self.kept)
        self.place = address(rule, self.kept)
        self._fields: dict[str, str] = {}
        prepare = {
            "/desk/join/<token>": self._invite,
            "/desk/password/new/<token>": self._forget_password,
            "/desk/login/second-step": self._know_password,
            "/desk/login/second-step/passkey": self._know_password,
            "/desk/letters/<reference>/ask-approval": self._edit,
            "/letters/<token>/answer": self._ask,
            "/desk/together": self._tick,
            "/desk/together/undo": self._tick,
        }.get(rule)
        if prepare:
            prepare()

    def send(self, **changes: str) -> int:
        """Send the form; return the status."""
        fields = self._house.fields(DOORS[self._rule, "POST"], self.kept) | self._fields
        return self.client.post(self.place, data=fields | changes).status_code

    def _invite(self) -> None:
        with self._house.store.transaction() as session:
            token = invite(
                session,
                email=f"new-{self.kept.number}@example.com",
                name="",
                role=Role.READER,
                by_id=self._chief(),
                now=now(),
            )
        self.place, self._fields = f"/desk/join/{token}", {"name": "Noor", "password": NEW, "again": NEW}

    def _forget_password(self) -> None:
        with self._house.store.transaction() as session:
            token = ask_for_reset(session, session.get_one(Editor, self.kept.colleague), now=now())
        self.place = f"/desk/password/new/{token}"

    def _know_password(self) -> None:
        store, email = self._house.store, f"{self.kept.number}@example.com"
        add_editor(store, email=email, name="Half", role=Role.EDITOR, password=PASSWORD, now=now())
        proven = check_password(store, email=email, password=PASSWORD, now=now())
        with self.client.session_transaction() as cookie:
            cookie[proofs.PENDING_SECOND_STEP] = [proven.editor_id, proven.mark, now().timestamp()]

    def _edit(self) -> None:
        text = EditedText.from_typed("Trams", "Slow trams are good trams.")
        with self._house.store.transaction() as session:
            by = Actor(self._chief(), Role.CHIEF)
            save_copy(session, self.kept.reference, text, based_on=0, by=by, now=now())
        self._fields = {"copy_number": "1"}

    def _ask(self) -> None:
        self._edit()
        with self._house.store.transaction() as session:
            letter = lock_letter(session, self.kept.reference)
            deadline = now() + timedelta(days=1)
            ask_for_approval(session, letter, 1, editor_id=self._chief(), deadline=deadline, now=now())
        with self._house.store.snapshot() as session:
            question = session.scalars(
                select(Approval.id).join(Letter).where(Letter.token == self.kept.token)
            ).one()
        self._fields = {"answer": "objected", "question": str(question), "comment": "No."}

    def _tick(self) -> None:
        self._fields = {"letters": f"{self.kept.reference}:1", "to_state": "held"}

    def _chief(self) -> int:
        with self._house.store.snapshot() as session:
            return session.scalars(select(Editor.id).where(Editor.role == Role.CHIEF)).one()


def fields_read_at(house: House, rule: str) -> set[str]:
    """Return the names of the fields that the form of a route is read for, but for what all are read for."""
    NotedFields.asked.clear()
    Entered(house, rule).send()
    return NotedFields.asked - {"lang"}


def try_field(entered: Entered, name: str) -> None:
    """Send a form with all kinds of things in one of its fields."""

    @given(value=WILD)
    @hypothesis_settings(max_examples=EXAMPLES)
    def send(value: str) -> None:
        assert entered.send(**{name: value}) < 500, (entered.place, name, value)

    send()


def test_no_field_of_any_form_brings_the_product_down(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "FAILURE_SECONDS", 0.0)
    read = {rule: fields_read_at(house, rule) for rule, method in DOORS if method in CHANGES}
    for rule, names in read.items():
        for name in sorted(names):
            try_field(Entered(house, rule), name)
    assert {"name", "withhold_reason", "exclusive", "article_date"} <= read["/<paper>/letters/new"]
    assert {"to_state", "note", "print_on", "version"} <= read["/desk/letters/<reference>/move"]
