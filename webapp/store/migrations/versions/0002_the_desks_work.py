"""Tables and columns of the desk: copies, claims, calls, approvals, accounts; triggers that keep records.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from webapp.letters.intake.articles import article_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES_BEFORE = ("editor", "chief")
ROLES = ("reader", *ROLES_BEFORE)
EVENT_KINDS_BEFORE = ("received", "moved", "email_confirmed", "withdrawn", "lapsed")
EVENT_KINDS = (
    *EVENT_KINDS_BEFORE,
    "claimed",
    "released",
    "taken_over",
    "particulars_seen",
    "called",
    "noted",
    "tagged",
    "untagged",
    "assigned",
    "edited",
    "approval_asked",
    "approved",
    "objected",
    "message_written",
    "message_called_back",
    "dossier_taken",
)
MESSAGE_KINDS_BEFORE = ("receipt", "confirmation")
MESSAGE_KINDS = (*MESSAGE_KINDS_BEFORE, "approval", "decision", "invitation", "password_reset")
MESSAGE_STATES_BEFORE = ("waiting", "sent", "dead")
MESSAGE_STATES = (*MESSAGE_STATES_BEFORE, "called_back")
KEPT_WHOLE = ("events", "account_events", "edited_copies")
KEPT_OF_LETTERS = ("reference", "paper", "channel", "received_at", "headline", "body", "word_count")


def upgrade() -> None:
    op.create_table(
        "account_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invited",
                "joined",
                "signed_in",
                "sign_in_failed",
                "signed_out",
                "signed_out_everywhere",
                "password_reset_asked",
                "password_changed",
                "role_changed",
                "ended",
                "reopened",
                "second_factor_required",
                "second_factor_set",
                "second_factor_removed",
                "recovery_codes_made",
                "recovery_code_used",
                "passkey_added",
                "passkey_removed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["editors.id"], name=op.f("fk_account_events_by_id_editors")),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_account_events_editor_id_editors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_events")),
    )
    with op.batch_alter_table("account_events") as batch_op:
        batch_op.create_index(batch_op.f("ix_account_events_editor_id"), ["editor_id"], unique=False)

    op.create_table(
        "account_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "password_reset",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "reader", "editor", "chief", name="role", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'invitation') = (role IS NOT NULL)", name=op.f("ck_account_links_invitation_to_a_role")
        ),
        sa.CheckConstraint(
            "(kind = 'password_reset') = (editor_id IS NOT NULL)",
            name=op.f("ck_account_links_reset_of_an_account"),
        ),
        sa.CheckConstraint(
            "kind <> 'invitation' OR made_by_id IS NOT NULL",
            name=op.f("ck_account_links_invitation_by_somebody"),
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_account_links_expires_after_creation")),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_account_links_editor_id_editors")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["editors.id"], name=op.f("fk_account_links_made_by_id_editors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_account_links_token_digest")),
    )
    with op.batch_alter_table("account_links") as batch_op:
        batch_op.create_index(batch_op.f("ix_account_links_email"), ["email"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_passkeys_name_present")),
        sa.ForeignKeyConstraint(["editor_id"], ["editors.id"], name=op.f("fk_passkeys_editor_id_editors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys") as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_editor_id"), ["editor_id"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_recovery_codes_editor_id_editors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_recovery_codes_code_digest")),
    )
    with op.batch_alter_table("recovery_codes") as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_editor_id"), ["editor_id"], unique=False)

    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_filters_name_present")),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_saved_filters_editor_id_editors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("editor_id", "name", name=op.f("uq_saved_filters_editor_id_name")),
    )
    op.create_table(
        "edited_copies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_edited_copies_body_present")),
        sa.CheckConstraint("number > 0", name=op.f("ck_edited_copies_number_counts_from_one")),
        sa.CheckConstraint("word_count > 0", name=op.f("ck_edited_copies_word_count_positive")),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editors.id"], name=op.f("fk_edited_copies_editor_id_editors")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_edited_copies_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edited_copies")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_edited_copies_letter_id_number")),
    )
    op.create_table(
        "letter_tags",
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.CheckConstraint("tag <> ''", name=op.f("ck_letter_tags_tag_present")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_tags_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter_id", "tag", name=op.f("pk_letter_tags")),
    )
    with op.batch_alter_table("letter_tags") as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_tags_tag"), ["tag"], unique=False)

    op.create_table(
        "approvals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "approved", "objected", name="answer", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IS NOT NULL OR comment = ''", name=op.f("ck_approvals_comment_only_with_answer")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_approvals_answer_with_its_moment")
        ),
        sa.CheckConstraint("deadline > asked_at", name=op.f("ck_approvals_deadline_after_question")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["editors.id"], name=op.f("fk_approvals_asked_by_id_editors")
        ),
        sa.ForeignKeyConstraint(
            ["copy_id"],
            ["edited_copies.id"],
            name=op.f("fk_approvals_copy_id_edited_copies"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_approvals_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("approvals") as batch_op:
        batch_op.create_index(batch_op.f("ix_approvals_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(
            "uq_approvals_open",
            ["letter_id"],
            unique=True,
            sqlite_where=sa.text("answer IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("answer IS NULL AND ended_at IS NULL"),
        )

    with op.batch_alter_table("editors") as batch_op:
        batch_op.add_column(
            sa.Column("second_factor_required", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("totp_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_editors_confirmed_totp_has_secret"),
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL",
        )
        batch_op.drop_constraint(batch_op.f("ck_editors_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_editors_role"), _one_of("role", ROLES))

    with op.batch_alter_table("events") as batch_op:
        batch_op.add_column(
            sa.Column(
                "outcome",
                sa.Enum(
                    "confirmed",
                    "voicemail",
                    "no_answer",
                    "wrong_number",
                    "denied",
                    "changed",
                    name="outcome",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("overrides", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("concerns_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("copy_number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("print_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_events_day_exactly_when_printed"),
            "(print_on IS NOT NULL) = (to_state IS NOT NULL AND to_state IN ('scheduled', 'published'))",
        )
        batch_op.create_unique_constraint(batch_op.f("uq_events_undoes_id"), ["undoes_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_events_concerns_id_editors"), "editors", ["concerns_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_events_undoes_id_events"), "events", ["undoes_id"], ["id"])
        batch_op.drop_constraint(batch_op.f("ck_events_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_events_kind"), _one_of("kind", EVENT_KINDS))
        batch_op.create_check_constraint(
            batch_op.f("ck_events_outcome_exactly_of_calls"), "(kind = 'called') = (outcome IS NOT NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_events_only_moves_undo"), "undoes_id IS NULL OR kind = 'moved'"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_events_override_with_reason"),
            "NOT overrides OR (kind = 'moved' AND note <> '' AND to_state IN ('scheduled', 'published'))",
        )

    with op.batch_alter_table("letters") as batch_op:
        batch_op.add_column(
            sa.Column("article_key", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("call_confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "clearance",
                sa.Enum(
                    "verified",
                    "override",
                    name="clearance",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("print_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("assigned_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("latest_copy", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(
            batch_op.f("ix_letters_paper_article_key_received_at"),
            ["paper", "article_key", "received_at"],
            unique=False,
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_letters_claimed_by_id_editors"), "editors", ["claimed_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_letters_assigned_to_id_editors"), "editors", ["assigned_to_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_letters_printed_with_clearance_and_day"),
            "state NOT IN ('scheduled', 'published') OR (clearance IS NOT NULL AND print_on IS NOT NULL)",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_letters_claim_whole"),
            "(claimed_by_id IS NULL) = (claimed_until IS NULL)"
            " AND (claimed_by_id IS NULL) = (claimed_at IS NULL)",
        )
        batch_op.create_check_constraint(batch_op.f("ck_letters_copies_counted"), "latest_copy >= 0")

    with op.batch_alter_table("messages") as batch_op:
        batch_op.add_column(
            sa.Column("cause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_messages_cause_id"), ["cause_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_messages_cause_id_events"), "events", ["cause_id"], ["id"])
        batch_op.drop_constraint(batch_op.f("ck_messages_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_messages_kind"), _one_of("kind", MESSAGE_KINDS))
        batch_op.drop_constraint(batch_op.f("ck_messages_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_messages_state"), _one_of("state", MESSAGE_STATES))

    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(length=200), nullable=False, server_default=""))

    _fill_in_article_keys()
    _keep_the_record()


def downgrade() -> None:
    _let_the_record_go()
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.drop_column("browser")

    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_messages_cause_id_events"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_messages_kind"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_messages_state"), type_="check")
        batch_op.drop_index(batch_op.f("ix_messages_cause_id"))
        batch_op.drop_column("cause_id")
        batch_op.create_check_constraint(
            batch_op.f("ck_messages_kind"), _one_of("kind", MESSAGE_KINDS_BEFORE)
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_messages_state"), _one_of("state", MESSAGE_STATES_BEFORE)
        )

    with op.batch_alter_table("letters") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_letters_assigned_to_id_editors"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_letters_claimed_by_id_editors"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_letters_printed_with_clearance_and_day"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_letters_claim_whole"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_letters_copies_counted"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_letters_clearance"), type_="check")
        batch_op.drop_index(batch_op.f("ix_letters_paper_article_key_received_at"))
        batch_op.drop_column("latest_copy")
        batch_op.drop_column("assigned_to_id")
        batch_op.drop_column("claimed_until")
        batch_op.drop_column("claimed_at")
        batch_op.drop_column("claimed_by_id")
        batch_op.drop_column("print_on")
        batch_op.drop_column("clearance")
        batch_op.drop_column("call_confirmed_at")
        batch_op.drop_column("article_key")

    with op.batch_alter_table("events") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_events_undoes_id_events"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_events_concerns_id_editors"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_events_undoes_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("ck_events_outcome_exactly_of_calls"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_events_day_exactly_when_printed"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_events_only_moves_undo"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_events_override_with_reason"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_events_outcome"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_events_kind"), type_="check")
        batch_op.drop_column("print_on")
        batch_op.drop_column("copy_number")
        batch_op.drop_column("concerns_id")
        batch_op.drop_column("undoes_id")
        batch_op.drop_column("overrides")
        batch_op.drop_column("outcome")
        batch_op.create_check_constraint(batch_op.f("ck_events_kind"), _one_of("kind", EVENT_KINDS_BEFORE))

    with op.batch_alter_table("editors") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_editors_confirmed_totp_has_secret"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_editors_role"), type_="check")
        batch_op.drop_column("totp_last_step")
        batch_op.drop_column("totp_confirmed_at")
        batch_op.drop_column("totp_secret")
        batch_op.drop_column("second_factor_required")
        batch_op.create_check_constraint(batch_op.f("ck_editors_role"), _one_of("role", ROLES_BEFORE))

    with op.batch_alter_table("approvals") as batch_op:
        batch_op.drop_index(
            "uq_approvals_open",
            sqlite_where=sa.text("answer IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("answer IS NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_approvals_letter_id"))

    op.drop_table("approvals")
    with op.batch_alter_table("letter_tags") as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_tags_tag"))

    op.drop_table("letter_tags")
    op.drop_table("edited_copies")
    op.drop_table("saved_filters")
    with op.batch_alter_table("recovery_codes") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_editor_id"))

    op.drop_table("recovery_codes")
    with op.batch_alter_table("passkeys") as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_editor_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("account_links") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_links_email"))

    op.drop_table("account_links")
    with op.batch_alter_table("account_events") as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_events_editor_id"))

    op.drop_table("account_events")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _fill_in_article_keys() -> None:
    letters = sa.table(
        "letters",
        sa.column("id", sa.BigInteger),
        sa.column("article_url", sa.Text),
        sa.column("article_headline", sa.Text),
        sa.column("article_key", sa.String),
    )
    answers = sa.or_(letters.c.article_url != "", letters.c.article_headline != "")
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(letters.c.id, letters.c.article_url, letters.c.article_headline).where(answers)
    ).all()
    for row in rows:
        connection.execute(
            letters.update()
            .where(letters.c.id == row.id)
            .values(article_key=article_key(row.article_url, row.article_headline))
        )


def _keep_the_record() -> None:
    """Create triggers that refuse to change or delete events, edited copies and received texts."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION lettersdesk_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'the record stays as it is: %', TG_TABLE_NAME"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in KEPT_WHOLE:
        _refuse(table, "DELETE", "removal")
        _refuse(table, "UPDATE", "change")
    _refuse("letters", f"UPDATE OF {', '.join(KEPT_OF_LETTERS)}", "change")


def _refuse(table: str, what: str, name: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{name} BEFORE {what} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION lettersdesk_keep()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{name} BEFORE {what} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'the record stays as it is: {table}'); END"
        )


def _let_the_record_go() -> None:
    on_table = op.get_bind().dialect.name == "postgresql"
    names = [(table, name) for table in KEPT_WHOLE for name in ("removal", "change")]
    for table, name in [*names, ("letters", "change")]:
        op.execute(f"DROP TRIGGER {table}_refuse_{name}" + (f" ON {table}" if on_table else ""))
    if on_table:
        op.execute("DROP FUNCTION lettersdesk_keep()")
