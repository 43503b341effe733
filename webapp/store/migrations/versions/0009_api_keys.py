"""Table of API keys.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEPT = {
    "removal": ("DELETE", ""),
    "change": ("UPDATE OF id, key_digest, name, paper, created_at", ""),
    "return": ("UPDATE OF ended_at", "WHEN (OLD.ended_at IS NOT NULL)"),
}
"""Changes that triggers refuse, by trigger name: who had a key, and until when, is a permanent record."""


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("paper", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_api_keys_name_present")),
        sa.CheckConstraint("paper <> ''", name=op.f("ck_api_keys_paper_named")),
        sa.CheckConstraint("ended_at >= created_at", name=op.f("ck_api_keys_ends_after_creation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_api_keys_key_digest")),
    )
    for name, (what, when) in KEPT.items():
        if op.get_bind().dialect.name == "postgresql":
            refusal = "EXECUTE FUNCTION lettersdesk_keep()"
        else:
            refusal = "BEGIN SELECT RAISE(ABORT, 'the record stays as it is: api_keys'); END"
        op.execute(
            f"CREATE TRIGGER api_keys_refuse_{name} BEFORE {what} ON api_keys FOR EACH ROW {when} {refusal}"
        )


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    op.drop_table("api_keys")
