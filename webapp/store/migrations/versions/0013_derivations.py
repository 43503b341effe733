"""Versions of derived data; triggers that queue a letter whoever changes it; which code may use the schema.

The triggers queue what a process of an earlier version stores while a newer one is being rolled out: that
process doesn't know the queue, or derives the data in its own way.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

oldest_code = "0012"
removes_data = False

QUEUES = ("letters_to_compare", "letters_to_index")
INDEXED_NOTES = "NEW.note <> '' AND NEW.kind IN ('noted', 'moved', 'called')"
"""The condition that an event's note is in the full-text index."""
DERIVATION_LOCK = 7_203_365
"""Key of a PostgreSQL advisory lock, as in `webapp.store.derivations`."""


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one.

    No version is recorded: the worker queues all letters once, with those that earlier upgrades have missed.
    """
    op.create_table(
        "schema_compatibility",
        sa.Column("id", _row_id(), autoincrement=False, nullable=False),
        sa.Column("oldest_code", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_schema_compatibility_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_compatibility")),
    )
    op.create_table(
        "derivations",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("queued_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("queued_version <= version", name=op.f("ck_derivations_queued_up_to_version")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_derivations")),
    )
    for queue in QUEUES:
        op.add_column(queue, sa.Column("derived_by", sa.Integer(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        _create_sqlite_triggers()
    else:
        _create_postgres_triggers()


def _create_sqlite_triggers() -> None:
    compare, index = (
        f"INSERT INTO {queue} (letter_id) VALUES (NEW.{{letter}}) ON CONFLICT DO NOTHING;" for queue in QUEUES
    )
    for name, what, when, statements in (
        ("letters_are_queued", "INSERT ON letters", "TRUE", (compare + index).format(letter="id")),
        ("edited_copies_are_queued", "INSERT ON edited_copies", "TRUE", index.format(letter="letter_id")),
        ("events_are_queued", "INSERT ON events", INDEXED_NOTES, index.format(letter="letter_id")),
        (
            "particulars_are_queued",
            "UPDATE OF printed_name ON particulars",
            "TRUE",
            index.format(letter="letter_id"),
        ),
    ):
        op.execute(f"CREATE TRIGGER {name} AFTER {what} FOR EACH ROW WHEN {when} BEGIN {statements} END")
    # Code of revisions 0011 and 0012 inserts this row itself, after the trigger.
    op.execute(
        "CREATE TRIGGER letters_to_compare_once BEFORE INSERT ON letters_to_compare FOR EACH ROW"
        " WHEN EXISTS (SELECT 1 FROM letters_to_compare WHERE letter_id = NEW.letter_id)"
        " BEGIN SELECT RAISE(IGNORE); END"
    )


def _create_postgres_triggers() -> None:
    compare, index = (
        f"INSERT INTO {queue} (letter_id) VALUES (NEW.{{letter}}) ON CONFLICT DO NOTHING;" for queue in QUEUES
    )
    # The lock makes whoever raises a version wait for the transactions that still queue for the former one.
    lock = f"PERFORM pg_advisory_xact_lock_shared({DERIVATION_LOCK});"
    for name, body in (
        ("lettersdesk_queue_letter", f"{lock} {compare.format(letter='id')} {index.format(letter='id')}"),
        ("lettersdesk_queue_for_search", f"{lock} {index.format(letter='letter_id')}"),
    ):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body} RETURN NULL; END $$"
        )
    for name, what, when, function in (
        ("letters_are_queued", "INSERT ON letters", "TRUE", "lettersdesk_queue_letter"),
        ("edited_copies_are_queued", "INSERT ON edited_copies", "TRUE", "lettersdesk_queue_for_search"),
        ("events_are_queued", "INSERT ON events", INDEXED_NOTES, "lettersdesk_queue_for_search"),
        (
            "particulars_are_queued",
            "UPDATE OF printed_name ON particulars",
            "TRUE",
            "lettersdesk_queue_for_search",
        ),
    ):
        op.execute(
            f"CREATE TRIGGER {name} AFTER {what} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()"
        )
    # Code of revisions 0011 and 0012 inserts this row itself, after the trigger.
    op.execute(
        "CREATE FUNCTION lettersdesk_compare_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT 1 FROM letters_to_compare WHERE letter_id = NEW.letter_id) THEN RETURN NULL;"
        " END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER letters_to_compare_once BEFORE INSERT ON letters_to_compare"
        " FOR EACH ROW EXECUTE FUNCTION lettersdesk_compare_once()"
    )


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    triggers = {
        "letters_are_queued": "letters",
        "edited_copies_are_queued": "edited_copies",
        "events_are_queued": "events",
        "particulars_are_queued": "particulars",
        "letters_to_compare_once": "letters_to_compare",
    }
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in triggers.items():
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}")
    if not is_sqlite:
        for function in ("queue_letter", "queue_for_search", "compare_once"):
            op.execute(f"DROP FUNCTION lettersdesk_{function}()")
    for queue in QUEUES:
        with op.batch_alter_table(queue) as batch_op:
            batch_op.drop_column("derived_by")
    op.drop_table("derivations")
    op.drop_table("schema_compatibility")


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
