"""Whose particulars went lately is found without reading all of them.

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
    """Bring the store up to this revision."""
    op.create_index(
        op.f("ix_particulars_purged_at"),
        "particulars",
        ["purged_at"],
        sqlite_where=PURGED,
        postgresql_where=PURGED,
    )


def downgrade() -> None:
    """Bring the store back to the revision before."""
    op.drop_index(op.f("ix_particulars_purged_at"), "particulars")
