"""Index of purged particulars by time, so that recent ones are found without a full scan.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PURGED = sa.text("purged_at IS NOT NULL")


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    op.create_index(
        op.f("ix_particulars_purged_at"),
        "particulars",
        ["purged_at"],
        sqlite_where=PURGED,
        postgresql_where=PURGED,
    )


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    op.drop_index(op.f("ix_particulars_purged_at"), "particulars")
