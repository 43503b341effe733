"""Colleagues of the demonstration's editor; nobody knows their passwords."""

import secrets
from datetime import datetime, timedelta

from webapp.accounts.accounts import add_editor
from webapp.accounts.links import invite
from webapp.accounts.sign_ins import start_sign_in
from webapp.accounts.team import require_second_factor
from webapp.store.database import Database
from webapp.store.models import Role

COLLEAGUES = (
    ("mo@example.com", "Mo", Role.READER, timedelta(days=41), timedelta(days=3)),
    ("eli@example.com", "Eli", Role.EDITOR, timedelta(days=160), timedelta(hours=20)),
)
"""Address, name, role, how long ago the account was made and was last signed in to."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def add_colleagues(database: Database, *, by_id: int, now: datetime) -> None:
    """Make accounts as if over the last months before ``now``, and an invitation that waits."""
    for email, name, role, made, signed_in in COLLEAGUES:
        editor_id = add_editor(
            database, email=email, name=name, role=role, password=secrets.token_urlsafe(), now=now - made
        )
        with database.transaction() as session:
            start_sign_in(session, editor_id, mark=None, browser=BROWSER, now=now - signed_in)
            if role is Role.EDITOR:
                require_second_factor(session, editor_id, required=True, now=now - signed_in, by_id=by_id)
    with database.transaction() as session:
        invite(
            session,
            email="noor@example.com",
            name="Noor",
            role=Role.EDITOR,
            by_id=by_id,
            now=now - timedelta(hours=5),
        )
