"""Indexes for the queue: each list is read from one index, at the same cost for any number of letters.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BEFORE = (("state", "received_at", "id"), ("paper", "state", "received_at", "id"))
NOW = (
    ("in_queue", "received_at", "id"),
    ("in_queue", "state", "received_at", "id"),
    ("paper", "in_queue", "received_at", "id"),
    ("paper", "in_queue", "state", "received_at", "id"),
)


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    _replace(BEFORE, NOW)


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    _replace(NOW, BEFORE)


def _replace(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    for columns in new:
        op.create_index(_name(columns), "letters", list(columns))
    for columns in old:
        op.drop_index(_name(columns), "letters")


def _name(columns: tuple[str, ...]) -> str:
    return op.f(f"ix_letters_{'_'.join(columns)}")
