"""Records are kept against INSERT OR REPLACE (SQLite) and TRUNCATE (PostgreSQL), too.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

oldest_code = "0012"
removes_data = False

UNIQUE_KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "events": (("id",), ("undoes_id",)),
    "account_events": (("id",),),
    "edited_copies": (("id",), ("letter_id", "number")),
    "api_keys": (("id",), ("key_digest",)),
    "letters": (("id",), ("reference",), ("token",), ("submission_key",), ("paper", "fingerprint")),
}
"""The tables that are records, or parts of one, with the columns of each of their unique keys."""
CHANGING_KEYS: dict[str, tuple[str, ...]] = {"letters": ("id", "token", "submission_key", "fingerprint")}
"""Columns of unique keys of which other triggers don't refuse a change."""


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    for table, keys in UNIQUE_KEYS.items():
        if op.get_bind().dialect.name == "postgresql":
            # TRUNCATE fires no row triggers. On a table that another one's TRUNCATE … CASCADE reaches, these
            # fire as well.
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncation BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION lettersdesk_keep()"
            )
            continue
        # REPLACE removes the rows in its way without firing triggers on DELETE, unless the connection has set
        # PRAGMA recursive_triggers.
        _refuse_replacing(table, "INSERT", "replacement", " OR ".join(map(_same_key, keys)))
        if changing := CHANGING_KEYS.get(table):
            in_the_way = " OR ".join(_same_key(key) for key in keys if set(key) & set(changing))
            _refuse_replacing(
                table,
                f"UPDATE OF {', '.join(changing)}",
                "replacement_by_change",
                f"rowid <> OLD.rowid AND ({in_the_way})",
            )


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    for table in UNIQUE_KEYS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_refuse_truncation ON {table}")
            continue
        op.execute(f"DROP TRIGGER {table}_refuse_replacement")
        if table in CHANGING_KEYS:
            op.execute(f"DROP TRIGGER {table}_refuse_replacement_by_change")


def _same_key(columns: tuple[str, ...]) -> str:
    # A value that is NULL equals none, as in a unique key.
    return "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")"


def _refuse_replacing(table: str, what: str, name: str, in_the_way: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuse_{name} BEFORE {what} ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {in_the_way})"
        f" BEGIN SELECT RAISE(ABORT, 'the record stays as it is: {table}'); END"
    )
