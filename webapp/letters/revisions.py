"""Which tables a store has, and whether they are the ones that this version of the product wants.

Asked at every start and by whoever watches over the service; Alembic, which makes the tables, is not needed
for it, and takes its time to be loaded.
"""

import functools
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from webapp.letters.database import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
NOTED = "alembic_version"
"""The table in which Alembic notes the revision of a store."""


def is_current(database: Database) -> bool:
    """Tell whether the store has exactly the tables that this version wants.

    Raises:
        StoreAwayError: the store can't be reached.
    """
    with database.reading() as session:
        return revision_of(session) == newest_revision()


def revision_of(session: Session) -> str | None:
    """Return the revision of a store's tables, where it has any."""
    if not inspect(session.connection()).has_table(NOTED):
        return None
    noted: str | None = session.scalar(text(f"SELECT version_num FROM {NOTED}"))  # noqa: S608 -- a name of ours
    return noted


@functools.cache
def newest_revision() -> str:
    """Return the revision that this version of the product wants: files of migrations begin with theirs."""
    return max(file.stem.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*_*.py"))
