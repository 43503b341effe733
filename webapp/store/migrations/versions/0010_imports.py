"""Tables of imports: recognise an imported message or row again, also after its writer was erased.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "import_keys",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_import_keys_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_keys")),
    )
    op.create_table(
        "imports",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("letter_id", number, nullable=False),
        sa.Column("brought_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_imports_letter_id_letters")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_letter_id"), "imports", ["letter_id"])


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    op.drop_table("imports")
    op.drop_table("import_keys")
