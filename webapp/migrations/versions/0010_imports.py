"""What was brought in from a mailbox or a spreadsheet is known again, also when its writer was erased.

Revision ID: 0010
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the store up to this revision."""
    op.create_table(
        "imports",
        sa.Column("known_blind", sa.String(length=32), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brought_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("known_blind <> ''", name=op.f("ck_imports_known_by_something")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_imports_letter_id_letters")),
        sa.PrimaryKeyConstraint("known_blind", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_letter_id"), "imports", ["letter_id"])


def downgrade() -> None:
    """Bring the store back to the revision before."""
    op.drop_table("imports")
