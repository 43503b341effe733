"""Event kinds for purged and erased particulars.

Revision ID: 0006
Revises: 0005
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EVENT_KINDS_BEFORE = (
    "received",
    "moved",
    "email_confirmed",
    "withdrawn",
    "lapsed",
    "claimed",
    "released",
    "taken_over",
    "particulars_seen",
    "called",
    "noted",
    "tagged",
    "untagged",
    "assigned",
    "edited",
    "approval_asked",
    "approved",
    "objected",
    "message_written",
    "message_called_back",
    "dossier_taken",
)
NEW_KINDS = ("purged", "erased")


def upgrade() -> None:
    with _triggers_apart():
        _take_kinds((*EVENT_KINDS_BEFORE, *NEW_KINDS))


def downgrade() -> None:
    with _triggers_apart():
        op.execute(f"DELETE FROM events WHERE {_one_of(NEW_KINDS)}")
        _take_kinds(EVENT_KINDS_BEFORE)


def _take_kinds(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("events") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_events_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_events_kind"), _one_of(kinds))


def _one_of(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(map(repr, kinds))})"


@contextmanager
def _triggers_apart() -> Iterator[None]:
    """Disable the triggers that refuse changes of events, and enable them again after the block.

    On SQLite they are dropped and created again: a table is altered by copying it and dropping the old one,
    which drops its triggers.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE events DISABLE TRIGGER USER")
        yield
        op.execute("ALTER TABLE events ENABLE TRIGGER USER")
        return
    triggers = connection.execute(
        sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'")
    ).all()
    for trigger in triggers:
        op.execute(f"DROP TRIGGER {trigger.name}")
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)
