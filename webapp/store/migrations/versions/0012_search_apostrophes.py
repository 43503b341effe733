"""Queue of letters for the full-text index, with all of them: words are parted at apostrophes from now on.

The worker indexes them again beside everything else. In one transaction a large store would be locked for
minutes, and the letters are found by their former words until then.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LETTER_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    letters = sa.ForeignKey(
        "letters.id", name=op.f("fk_letters_to_index_letter_id_letters"), ondelete="CASCADE"
    )
    op.create_table(
        "letters_to_index",
        sa.Column("letter_id", LETTER_ID, letters, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letters_to_index")),
    )
    op.execute("INSERT INTO letters_to_index (letter_id) SELECT id FROM letters")


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    op.drop_table("letters_to_index")
