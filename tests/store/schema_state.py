"""Whether a database has exactly the schema of the newest migration."""

from webapp.store.database import Database
from webapp.store.schema import newest_schema_revision, schema_revision


def is_schema_current(database: Database) -> bool:
    """Tell whether the schema is that of the newest migration: neither an older one nor a newer one."""
    with database.snapshot() as session:
        return schema_revision(session) == newest_schema_revision()
