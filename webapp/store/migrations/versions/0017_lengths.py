"""The length of a letter in its paper's unit, where the paper doesn't count words.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

oldest_code = "0012"
removes_data = False

UNITS = ("words", "characters", "characters_without_spaces", "lines")


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one.

    The constraints stand at the columns: SQLite can add no others without copying the table.
    """
    op.execute(
        "ALTER TABLE letters ADD COLUMN length INTEGER"
        " CONSTRAINT ck_letters_length_positive CHECK (length > 0)"
    )
    units = ", ".join(f"'{unit}'" for unit in UNITS)
    op.execute(
        "ALTER TABLE letters ADD COLUMN length_unit VARCHAR(40)"
        f" CONSTRAINT ck_letters_length_unit CHECK (length_unit IN ({units}))"
        " CONSTRAINT ck_letters_length_with_unit CHECK ((length IS NULL) = (length_unit IS NULL))"
    )


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    # The constraint on both columns stands at the second one, and goes with it.
    for column in ("length_unit", "length"):
        op.execute(sa.text(f"ALTER TABLE letters DROP COLUMN {column}"))
