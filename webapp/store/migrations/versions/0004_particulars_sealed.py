"""Encrypt personal data in particulars, messages and TOTP secrets; find writers by blind indexes.

Revision ID: 0004
Revises: 0003
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from webapp.store.seal import Seal

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 500
"""Rows in memory at one time."""
CONTACT = ("name", "email", "phone_typed", "phone_e164", "phone_extension", "address")
OLD_COLUMNS = (*CONTACT, "folded_name", "email_key")
TEXTS = {"recipient": "recipient", "text_body": "message", "html_body": "message in HTML"}
"""The encrypted columns of a message, and the purpose that each is sealed with."""


def upgrade() -> None:
    with op.batch_alter_table("particulars") as batch_op:
        batch_op.add_column(
            sa.Column("printed_name", sa.String(length=100), nullable=False, server_default="")
        )
        for column in ("name_blind", "email_blind", "phone_blind"):
            batch_op.add_column(sa.Column(column, sa.String(length=32), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("contact", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    _for_each_row(
        "SELECT p.*, l.withhold_name FROM particulars p JOIN letters l ON l.id = p.letter_id"
        " WHERE p.letter_id > :after ORDER BY p.letter_id LIMIT :most",
        "UPDATE particulars SET printed_name = :printed_name, contact = :contact, name_blind = :name_blind,"
        " email_blind = :email_blind, phone_blind = :phone_blind WHERE letter_id = :letter_id",
        "letter_id",
        _sealed_particulars,
    )
    with op.batch_alter_table("particulars") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_particulars_name_present"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_particulars_phone_e164_international"), type_="check")
        for column in ("email_key", "folded_name", "phone_e164"):
            batch_op.drop_index(batch_op.f(f"ix_particulars_{column}"))
        for column in OLD_COLUMNS:
            batch_op.drop_column(column)
        for column in ("name_blind", "email_blind", "phone_blind"):
            batch_op.create_index(batch_op.f(f"ix_particulars_{column}"), [column], unique=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_particulars_contact_until_purged"), "(contact IS NULL) = (purged_at IS NOT NULL)"
        )
    with op.batch_alter_table("messages") as batch_op:
        for column in TEXTS:
            batch_op.add_column(sa.Column(f"sealed_{column}", sa.LargeBinary(), nullable=True))
    _for_each_row(
        "SELECT id, recipient, text_body, html_body FROM messages WHERE id > :after ORDER BY id LIMIT :most",
        "UPDATE messages SET sealed_recipient = :recipient, sealed_text_body = :text_body,"
        " sealed_html_body = :html_body WHERE id = :id",
        "id",
        _sealed_message,
    )
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_messages_recipient_present"), type_="check")
        for column in TEXTS:
            batch_op.drop_column(column)
    with op.batch_alter_table("messages") as batch_op:
        for column in TEXTS:
            batch_op.alter_column(
                f"sealed_{column}",
                new_column_name=column,
                existing_type=sa.LargeBinary(),
                nullable=False,
            )
    with op.batch_alter_table("editors") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_editors_confirmed_totp_has_secret"), type_="check")
        batch_op.drop_column("totp_secret")
    with op.batch_alter_table("editors") as batch_op:
        batch_op.add_column(sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_editors_confirmed_totp_has_secret"),
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("editors") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_editors_confirmed_totp_has_secret"), type_="check")
        batch_op.drop_column("totp_secret")
    with op.batch_alter_table("editors") as batch_op:
        batch_op.add_column(sa.Column("totp_secret", sa.Text(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_editors_confirmed_totp_has_secret"),
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL",
        )
    with op.batch_alter_table("messages") as batch_op:
        for column in TEXTS:
            batch_op.add_column(sa.Column(f"open_{column}", sa.Text(), nullable=True))
    _for_each_row(
        "SELECT id, recipient, text_body, html_body FROM messages WHERE id > :after ORDER BY id LIMIT :most",
        "UPDATE messages SET open_recipient = :recipient, open_text_body = :text_body,"
        " open_html_body = :html_body WHERE id = :id",
        "id",
        _opened_message,
    )
    with op.batch_alter_table("messages") as batch_op:
        for column in TEXTS:
            batch_op.drop_column(column)
    with op.batch_alter_table("messages") as batch_op:
        for column in TEXTS:
            batch_op.alter_column(
                f"open_{column}",
                new_column_name=column,
                existing_type=sa.Text(),
                type_=sa.String(length=320) if column == "recipient" else sa.Text(),
                nullable=False,
            )
        batch_op.create_check_constraint(batch_op.f("ck_messages_recipient_present"), "recipient <> ''")
    with op.batch_alter_table("particulars") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_particulars_contact_until_purged"), type_="check")
        for column in OLD_COLUMNS:
            batch_op.add_column(sa.Column(column, sa.Text(), nullable=False, server_default=""))
    # The older schema has no row for a purged writer, and purged data can't come back.
    op.execute("DELETE FROM particulars WHERE contact IS NULL")
    _for_each_row(
        "SELECT letter_id, contact FROM particulars WHERE letter_id > :after ORDER BY letter_id LIMIT :most",
        "UPDATE particulars SET name = :name, email = :email, phone_typed = :phone_typed,"
        " phone_e164 = :phone_e164, phone_extension = :phone_extension, address = :address"
        " WHERE letter_id = :letter_id",
        "letter_id",
        _opened_particulars,
    )
    lengths = {
        "name": 100,
        "email": 320,
        "phone_typed": 100,
        "phone_e164": 20,
        "phone_extension": 40,
        "folded_name": 300,
        "email_key": 320,
    }
    with op.batch_alter_table("particulars") as batch_op:
        for column in ("name_blind", "email_blind", "phone_blind"):
            batch_op.drop_index(batch_op.f(f"ix_particulars_{column}"))
        for column in ("printed_name", "name_blind", "email_blind", "phone_blind", "contact", "purged_at"):
            batch_op.drop_column(column)
        for column, length in lengths.items():
            batch_op.alter_column(
                column, existing_type=sa.Text(), type_=sa.String(length=length), server_default=None
            )
        for column in ("email_key", "folded_name", "phone_e164"):
            batch_op.create_index(batch_op.f(f"ix_particulars_{column}"), [column], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_particulars_name_present"), "name <> ''")
        batch_op.create_check_constraint(
            batch_op.f("ck_particulars_phone_e164_international"), "phone_e164 = '' OR phone_e164 LIKE '+%'"
        )


def _seal() -> Seal:
    seal = context.config.attributes["database"].seal
    if not isinstance(seal, Seal):
        raise TypeError("what is kept of people can't be sealed without a key")
    return seal


def _for_each_row(read: str, write: str, key: str, turned: Callable[[sa.RowMapping], dict[str, Any]]) -> None:
    """Read all rows, `AT_ONCE` at a time, and write back what ``turned`` returns for each.

    Args:
        read: A SELECT with the parameters ``after`` (the last key) and ``most`` (the number of rows).
        write: An UPDATE of one row.
        key: The column by which rows are read in order (keyset pagination).
        turned: Makes the parameters of ``write`` from a row.
    """
    connection, after = op.get_bind(), 0
    while rows := connection.execute(sa.text(read), {"after": after, "most": AT_ONCE}).mappings().all():
        connection.execute(sa.text(write), [turned(row) for row in rows])
        after = rows[-1][key]


def _sealed_particulars(row: sa.RowMapping) -> dict[str, Any]:
    seal = _seal()
    contact = json.dumps({name: row[name] for name in CONTACT})
    return {
        "letter_id": row["letter_id"],
        "printed_name": "" if row["withhold_name"] else row["name"],
        "contact": seal.close(contact.encode(), "contact"),
        "name_blind": seal.blind_index(row["folded_name"], "name"),
        "email_blind": seal.blind_index(row["email_key"], "e-mail"),
        "phone_blind": seal.blind_index(row["phone_e164"], "phone"),
    }


def _opened_particulars(row: sa.RowMapping) -> dict[str, Any]:
    return {"letter_id": row["letter_id"], **json.loads(_seal().open(row["contact"], "contact"))}


def _sealed_message(row: sa.RowMapping) -> dict[str, Any]:
    texts = {column: _seal().close(row[column].encode(), purpose) for column, purpose in TEXTS.items()}
    return {"id": row["id"], **texts}


def _opened_message(row: sa.RowMapping) -> dict[str, Any]:
    texts = {column: _seal().open(bytes(row[column]), purpose).decode() for column, purpose in TEXTS.items()}
    return {"id": row["id"], **texts}
