"""Sample accounts for the demo: colleagues with random passwords, and an open invitation."""

import secrets
from datetime import datetime, timedelta

from webapp.accounts.administration import add_editor, set_second_factor_required
from webapp.accounts.one_time_links import create_invitation
from webapp.accounts.sign_ins import create_sign_in
from webapp.store.database import Database
from webapp.store.models import Role

COLLEAGUES = (
    ("mo@example.com", "Mo", Role.READER, timedelta(days=41), timedelta(days=3)),
    ("eli@example.com", "Eli", Role.EDITOR, timedelta(days=160), timedelta(hours=20)),
)
"""E-mail address, name, role, and the time since the account was created and since its last sign-in."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def add_colleagues(database: Database, *, by_id: int, now: datetime) -> None:
    """Create the accounts, dated weeks and months before ``now``, and an invitation, five hours old.

    Each account has one past sign-in. The passwords and the invitation's link are not returned; no mail is
    sent. Each step is committed in a transaction of its own.

    Args:
        database: A migrated database.
        by_id: The chief who has invited them and requires a second factor of the editor among them.
        now: The time from which the ages count back.

    Raises:
        EditorExistsError: one of the addresses has an account.
    """
    for email, name, role, account_age, sign_in_age in COLLEAGUES:
        editor_id = add_editor(
            database,
            email=email,
            name=name,
            role=role,
            password=secrets.token_urlsafe(),
            now=now - account_age,
        )
        with database.transaction() as session:
            create_sign_in(session, editor_id, fingerprint=None, browser=BROWSER, now=now - sign_in_age)
            if role is Role.EDITOR:
                set_second_factor_required(
                    session, editor_id, required=True, now=now - sign_in_age, by_id=by_id
                )
    with database.transaction() as session:
        create_invitation(
            session,
            email="noor@example.com",
            name="Noor",
            role=Role.EDITOR,
            by_id=by_id,
            now=now - timedelta(hours=5),
        )
