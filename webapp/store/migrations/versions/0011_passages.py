"""Tables of passage fingerprints; existing letters are queued for the worker to compare.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LETTER_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    op.create_table(
        "letter_passages",
        sa.Column("fingerprint", sa.BigInteger(), autoincrement=False, nullable=False),
        _letter_id("letter_passages"),
        sa.PrimaryKeyConstraint("fingerprint", "letter_id", name=op.f("pk_letter_passages")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "letters_to_compare",
        _letter_id("letters_to_compare"),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letters_to_compare")),
    )
    op.execute("INSERT INTO letters_to_compare (letter_id) SELECT id FROM letters")


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    op.drop_table("letters_to_compare")
    op.drop_table("letter_passages")


def _letter_id(table: str) -> sa.Column[int]:
    letters = sa.ForeignKey("letters.id", name=op.f(f"fk_{table}_letter_id_letters"), ondelete="CASCADE")
    return sa.Column("letter_id", LETTER_ID, letters, autoincrement=False, nullable=False)
