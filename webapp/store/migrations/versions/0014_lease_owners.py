"""Owners of the leases on messages, so that those of a process that has died can be given back at once.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

oldest_code = "0012"
removes_data = False


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one.

    No constraint ties owner and lease together: earlier code ends a lease without knowing the owner.
    Nor is there an index, for which a large table would be locked: few messages are due at a time.
    """
    op.add_column("messages", sa.Column("lease_owner", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("lease_owner")
