"""Encrypt the replies of mail servers: many of them repeat the recipient's address.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from webapp.store.seal import Seal

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT_ONCE = 500
"""Rows in memory at one time."""
PURPOSE = "server words"


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    _replace(sa.LargeBinary(), lambda words: _seal().close(words.encode(), PURPOSE), sa.Text())


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    _replace(sa.Text(), lambda words: _seal().open(bytes(words), PURPOSE).decode(), sa.LargeBinary())


def _replace(new: Any, turned: Callable[[Any], Any], old: Any) -> None:
    """Replace ``server_words`` by a column of type ``new``, each value converted by ``turned``."""
    with op.batch_alter_table("messages") as batch_op:
        batch_op.add_column(sa.Column("new_words", new, nullable=True))
    messages = sa.table(
        "messages",
        sa.column("id", sa.BigInteger),
        sa.column("server_words", old),
        sa.column("new_words", new),
    )
    query = sa.select(messages.c.id, messages.c.server_words).order_by(messages.c.id).limit(AT_ONCE)
    change = (
        sa.update(messages)
        .where(messages.c.id == sa.bindparam("number"))
        .values(new_words=sa.bindparam("turned"))
    )
    connection, after = op.get_bind(), 0
    while rows := connection.execute(query.where(messages.c.id > after)).all():
        connection.execute(change, [{"number": row.id, "turned": turned(row.server_words)} for row in rows])
        after = rows[-1].id
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("server_words")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.alter_column("new_words", new_column_name="server_words", existing_type=new, nullable=False)


def _seal() -> Seal:
    seal = context.config.attributes["database"].seal
    if not isinstance(seal, Seal):
        raise TypeError("what is kept of people can't be sealed without a key")
    return seal
