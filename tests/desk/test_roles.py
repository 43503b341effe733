"""Roles: each includes those before it, and readers change nothing."""

import pytest
from sqlalchemy import update

from tests.pages import Visitor
from tests.samples import HERALD, NOON, SECRET_KEY, letter
from webapp.accounts.sign_ins import SignedInEditor
from webapp.letters.intake.intake import Arrival, Intake
from webapp.store.database import Database
from webapp.store.models import Channel, Editor, Role


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.READER, {Role.READER}),
        (Role.EDITOR, {Role.READER, Role.EDITOR}),
        (Role.CHIEF, {Role.READER, Role.EDITOR, Role.CHIEF}),
    ],
)
def test_each_role_may_do_what_those_before_it_may(role: Role, may: set[Role]) -> None:
    editor = SignedInEditor(
        editor_id=1, name="Dana", email="dana@example.com", role=role, renewed_at=NOON, ends_at=NOON
    )
    assert {each for each in Role if editor.may(each)} == may


def test_a_reader_sees_letters_and_changes_nothing(dana: Visitor, sqlite: Database) -> None:
    intake = Intake(sqlite, SECRET_KEY)
    reference = intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference
    dana.open(f"/desk/letters/{reference}")
    with sqlite.transaction() as session:
        session.execute(update(Editor).values(role=Role.READER))
    assert dana.send({"to_state": "held"}).status == 403
    page = dana.open(f"/desk/letters/{reference}")
    assert page.status == 200
    assert page.all(".letter-facts .state") == ["Received"]
