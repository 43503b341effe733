"""First tables: editors, letters, advisories, events, messages, particulars, sign-ins.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum("editor", "chief", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_editors_name_present")),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name=op.f("ck_editors_password_hashed")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_editors_email_in_small_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editors")),
        sa.UniqueConstraint("email", name=op.f("uq_editors_email")),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("paper", sa.String(length=60), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "form",
                "mail",
                "import",
                "api",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "shortlisted",
                "held",
                "scheduled",
                "published",
                "declined",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=True),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("article_url", sa.Text(), nullable=False),
        sa.Column("article_headline", sa.Text(), nullable=False),
        sa.Column("article_date", sa.Date(), nullable=True),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("interest", sa.Text(), nullable=False),
        sa.Column("ai_use", sa.Text(), nullable=False),
        sa.Column("withhold_name", sa.Boolean(), nullable=False),
        sa.Column("withhold_reason", sa.Text(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_queue", sa.Boolean(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("opening", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT withhold_name OR withhold_reason <> ''", name=op.f("ck_letters_withheld_with_reason")
        ),
        sa.CheckConstraint("body <> ''", name=op.f("ck_letters_body_present")),
        sa.CheckConstraint(
            "in_queue OR state IN ('received', 'withdrawn')",
            name=op.f("ck_letters_only_new_ones_out_of_queue"),
        ),
        sa.CheckConstraint(
            "withhold_name OR withhold_reason = ''", name=op.f("ck_letters_reason_only_if_withheld")
        ),
        sa.CheckConstraint("word_count > 0", name=op.f("ck_letters_word_count_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("paper", "fingerprint", name=op.f("uq_letters_paper_fingerprint")),
        sa.UniqueConstraint("reference", name=op.f("uq_letters_reference")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_letters_submission_key")),
        sa.UniqueConstraint("token", name=op.f("uq_letters_token")),
    )
    op.create_index(
        op.f("ix_letters_paper_state_received_at_id"),
        "letters",
        ["paper", "state", "received_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_letters_state_received_at_id"), "letters", ["state", "received_at", "id"], unique=False
    )
    op.create_table(
        "advisories",
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_advisories_position_counts_from_zero")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_advisories_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", "position", name=op.f("pk_advisories")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "received",
                "moved",
                "email_confirmed",
                "withdrawn",
                "lapsed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "from_state",
            sa.Enum(
                "received",
                "shortlisted",
                "held",
                "scheduled",
                "published",
                "declined",
                "withdrawn",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "received",
                "shortlisted",
                "held",
                "scheduled",
                "published",
                "declined",
                "withdrawn",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "space",
                "covered",
                "elsewhere",
                "unverified",
                "unsuitable",
                "duplicate",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(reason IS NOT NULL) = (to_state IS NOT NULL AND to_state = 'declined')",
            name=op.f("ck_events_reason_exactly_when_declined"),
        ),
        sa.CheckConstraint(
            "kind <> 'moved' OR (from_state IS NOT NULL AND to_state IS NOT NULL"
            " AND from_state <> to_state AND editor_id IS NOT NULL)",
            name=op.f("ck_events_move_has_states_and_editor"),
        ),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_events_editor_id_editors")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_events_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_letter_id"), "events", ["letter_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "receipt", "confirmation", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender", sa.String(length=420), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text_body", sa.Text(), nullable=False),
        sa.Column("html_body", sa.Text(), nullable=False),
        sa.Column("in_reply_to", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "sent", "dead", name="state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("server_words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_messages_sent_when_sent")
        ),
        sa.CheckConstraint("recipient <> ''", name=op.f("ck_messages_recipient_present")),
        sa.CheckConstraint(
            "state = 'waiting' OR lease_until IS NULL", name=op.f("ck_messages_only_waiting_ones_leased")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_messages_attempts_counted")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_messages_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_messages_message_id")),
    )
    op.create_index(op.f("ix_messages_letter_id"), "messages", ["letter_id"], unique=False)
    op.create_index(op.f("ix_messages_state_due_at_id"), "messages", ["state", "due_at", "id"], unique=False)
    op.create_table(
        "particulars",
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("folded_name", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("phone_typed", sa.String(length=100), nullable=False),
        sa.Column("phone_e164", sa.String(length=20), nullable=False),
        sa.Column("phone_extension", sa.String(length=40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_particulars_name_present")),
        sa.CheckConstraint(
            "phone_e164 = '' OR phone_e164 LIKE '+%'", name=op.f("ck_particulars_phone_e164_international")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_particulars_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_particulars")),
    )
    op.create_index(op.f("ix_particulars_email_key"), "particulars", ["email_key"], unique=False)
    op.create_index(op.f("ix_particulars_folded_name"), "particulars", ["folded_name"], unique=False)
    op.create_index(op.f("ix_particulars_phone_e164"), "particulars", ["phone_e164"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_ins_expires_after_creation")),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_sign_ins_editor_id_editors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sign_ins_token_digest")),
    )
    op.create_index(op.f("ix_sign_ins_editor_id"), "sign_ins", ["editor_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_ins_editor_id"), "sign_ins")
    op.drop_table("sign_ins")
    op.drop_index(op.f("ix_particulars_phone_e164"), "particulars")
    op.drop_index(op.f("ix_particulars_folded_name"), "particulars")
    op.drop_index(op.f("ix_particulars_email_key"), "particulars")
    op.drop_table("particulars")
    op.drop_index(op.f("ix_messages_state_due_at_id"), "messages")
    op.drop_index(op.f("ix_messages_letter_id"), "messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_events_letter_id"), "events")
    op.drop_table("events")
    op.drop_table("advisories")
    op.drop_index(op.f("ix_letters_state_received_at_id"), "letters")
    op.drop_index(op.f("ix_letters_paper_state_received_at_id"), "letters")
    op.drop_table("letters")
    op.drop_table("editors")
