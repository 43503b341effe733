"""Register of seal keys, with triggers that refuse to insert values of any other key.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import context, op

from webapp.store.seal import Seal

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

oldest_code = "0012"
removes_data = False

SEALED: dict[str, tuple[str, ...]] = {
    "particulars": ("contact",),
    "messages": ("recipient", "text_body", "html_body", "server_words"),
    "import_keys": ("secret",),
}
"""Sealed columns of the tables into which a letter, a message or an import inserts rows."""
SAMPLES = (
    ("particulars", "contact", "letter_id"),
    ("messages", "recipient", "id"),
    ("editors", "totp_secret", "id"),
    ("import_keys", "secret", "id"),
)
"""Of these columns the first and the last value are looked at, by the order of a key: letters wait for the
migration. A resealing that was interrupted has left values of both keys at these ends."""
REFUSAL = "sealed with a key that is not registered"
KEYS = sa.table("seal_keys", sa.column("name", sa.LargeBinary))


def upgrade() -> None:
    """Migrate the schema from the previous revision to this one."""
    op.create_table(
        "seal_keys",
        sa.Column("name", sa.LargeBinary(length=4), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seal_keys")),
    )
    is_postgres = op.get_bind().dialect.name == "postgresql"
    names = _used_key_names()
    seal = context.config.attributes["database"].seal
    # Keys that don't fit are left out. Processes of the version before may seal with any of those that do.
    if isinstance(seal, Seal) and (not names or any(map(seal.has_key_for, names))):
        names |= set(seal.key_names)
    for name in names:
        op.get_bind().execute(sa.insert(KEYS).values(name=name))
    for table, columns in SEALED.items():
        if is_postgres:
            _refuse_on_postgres(table, columns)
        else:
            _refuse_on_sqlite(table, columns)


def downgrade() -> None:
    """Migrate the schema back to the previous revision."""
    for table in SEALED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_refuse_unregistered_key ON {table}")
            op.execute(f"DROP FUNCTION lettersdesk_{table}_key_registered()")
        else:
            op.execute(f"DROP TRIGGER {table}_refuse_unregistered_key")
    op.drop_table("seal_keys")


def _used_key_names() -> set[bytes]:
    connection, names = op.get_bind(), set[bytes]()
    for table, column, key in SAMPLES:
        for order in ("ASC", "DESC"):
            value = connection.scalar(
                sa.text(
                    f"SELECT {_key_name(column)} FROM {table} WHERE {column} IS NOT NULL"
                    f" ORDER BY {key} {order} LIMIT 1"
                )
            )
            if value is not None:
                names.add(bytes(value))
    return names


def _key_name(value: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        return f"substring({value} FROM 1 FOR 4)"
    return f"CAST(substr({value}, 1, 4) AS BLOB)"


def _refuse_on_postgres(table: str, columns: tuple[str, ...]) -> None:
    # The row lock makes whoever takes a key off the register wait for the letters that are sealed with it.
    checks = " ".join(
        f"IF NEW.{column} IS NOT NULL THEN"
        f" PERFORM 1 FROM seal_keys WHERE name = {_key_name(f'NEW.{column}')} FOR KEY SHARE;"
        f" IF NOT FOUND THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'LD001'; END IF; END IF;"
        for column in columns
    )
    op.execute(
        f"CREATE FUNCTION lettersdesk_{table}_key_registered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" {checks} RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_unregistered_key BEFORE INSERT ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION lettersdesk_{table}_key_registered()"
    )


def _refuse_on_sqlite(table: str, columns: tuple[str, ...]) -> None:
    unregistered = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM seal_keys WHERE name = {_key_name(f'NEW.{column}')}))"
        for column in columns
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_unregistered_key BEFORE INSERT ON {table} WHEN {unregistered}"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
