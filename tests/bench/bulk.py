"""Filling a database with many letters for benchmarks: copies of the sample letters (INSERT … SELECT).

Every table with a foreign key to the letters is copied as well; the tables are found in the metadata.
"""

from sqlalchemy import Column, Table, UniqueConstraint, func, select, text
from sqlalchemy.orm import Session

from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY
from webapp.accounts.administration import add_editor
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.editing.workflow import Actor
from webapp.letters.similar.fingerprint_index import index_waiting_letters
from webapp.sample.letters import add_sample_letters
from webapp.store.database import Database
from webapp.store.models import Base, Letter, LetterPassage, Role
from webapp.store.schema import migrate
from webapp.web.services import services

EDITOR = "bench@example.com"
COPIES_PER_TRANSACTION = 2_000
"""Copies of the whole sample in one transaction."""
COPIES_PER_STORY = 20
"""Copies of the sample whose letters answer the same articles."""
COPIES_PER_CAMPAIGN = 20
"""One in this many copies of the sample is in the passage index. A million letters then still have campaigns
of a thousand, and the forty fingerprints of a letter take longer to insert than its other rows together."""
MAX_COPIED_MESSAGE = 200
"""Characters of a message that are copied: whole ones would take most of the space."""

BLIND_INDEX_COLUMNS = ("email_blind", "phone_blind", "name_blind")
_LETTERS = Letter.__tablename__


def prepare(database: Database) -> int:
    """Migrate an empty database and add the sample letters and a chief; return the number of letters."""
    migrate(database)
    editor = add_editor(database, email=EDITOR, name="Bench", role=Role.CHIEF, password=PASSWORD, now=now())
    settings = Settings(database_url=database.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,))
    with create_app(settings, database).app_context():
        letters = add_sample_letters(
            database, services().intake, HERALD, by=Actor(editor, Role.CHIEF), now=now()
        )
    while index_waiting_letters(database):
        pass
    return letters


def grow(database: Database, *, sample: int, letters: int) -> int:
    """Copy the sample until there are about that many letters.

    Args:
        database: A database on which `prepare` was called.
        sample: The number of letters in the sample; they are the first ones.
        letters: The number of letters wanted.

    Returns:
        The number of letters: a multiple of ``sample``.
    """
    with database.snapshot() as session:
        there = session.scalar(select(func.count()).select_from(Letter)) or 0
    wanted = max(letters // sample, 1)
    for first in range(there // sample, wanted, COPIES_PER_TRANSACTION):
        last = min(first + COPIES_PER_TRANSACTION, wanted) - 1
        with database.transaction() as session:
            _copy(session, sample, first, last, is_sqlite=database.is_sqlite)
    if not database.is_sqlite:
        # Autovacuum would do this some minutes later.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return wanted * sample


def _copy(session: Session, sample: int, first: int, last: int, *, is_sqlite: bool) -> None:
    numbers = (
        "WITH RECURSIVE copies(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM copies WHERE n < :last)"
        if is_sqlite
        else "WITH copies AS (SELECT generate_series(cast(:first AS integer), cast(:last AS integer)) AS n)"
    )
    for table in Base.metadata.sorted_tables:
        key = _letter_key(table)
        if key is None:
            continue
        columns = [column for column in table.columns if column is key or not _is_numbered(column)]
        names = ", ".join(column.name for column in columns)
        values = ", ".join(_value(column, key, is_sqlite=is_sqlite) for column in columns)
        session.execute(
            text(
                f"{'' if is_sqlite else numbers} INSERT INTO {table.name} ({names}) "
                f"{numbers if is_sqlite else ''} SELECT {values} FROM copies, {table.name} AS t "
                f"WHERE t.{key.name} <= :sample {_copy_condition(table)} ORDER BY n, t.{key.name}"
            ),
            {"first": first, "last": last, "sample": sample},
        )
    if not is_sqlite:
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{_LETTERS}', 'id'), max(id)) FROM {_LETTERS}")
        )


def _copy_condition(table: Table) -> str:
    """Return a condition on the copy's number ``n`` for tables whose rows only some copies get."""
    return f"AND n % {COPIES_PER_CAMPAIGN} = 0" if table.name == LetterPassage.__tablename__ else ""


def _letter_key(table: Table) -> "Column[int] | None":
    """Return the column with the letter's id: the primary key or a foreign key; None where there is none."""
    if table.name == _LETTERS:
        return table.columns["id"]
    for column in table.columns:
        if any(key.column.table.name == _LETTERS for key in column.foreign_keys):
            return column
    return None


def _is_numbered(column: "Column[object]") -> bool:
    """Tell whether the column is an autoincrement key."""
    return column is column.table.autoincrement_column


def _value(column: "Column[object]", key: "Column[int]", *, is_sqlite: bool) -> str:
    name = f"t.{column.name}"
    if column is key:
        return f"{name} + n * :sample"
    for names, value in _changed_values(name, is_sqlite=is_sqlite).items():
        if column.name in names:
            return value
    if _is_unique(column):
        return "NULL" if column.nullable else f"{name} || '-' || n"
    return name


def _changed_values(name: str, *, is_sqlite: bool) -> dict[tuple[str, ...], str]:
    """Return SQL expressions for the columns that differ between copies, ``n`` being the copy's number."""
    number = "n * :sample + t.id"
    reference, received_at = (
        (f"printf('%08X', {number})", f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-' || n || ' hours')")
        if is_sqlite
        else (f"lpad(to_hex({number}), 8, '0')", f"{name} - n * interval '1 hour'")
    )
    return {
        ("text_body", "html_body"): f"substr({name}, 1, {MAX_COPIED_MESSAGE})",
        ("reference",): reference,
        # Each copy is an hour older than the one before, has its own writers, and shares its articles with
        # the `COPIES_PER_STORY` copies around it.
        ("received_at",): received_at,
        BLIND_INDEX_COLUMNS: _unless_empty(name, f"substr({name}, 1, 16) || '-' || n"),
        ("article_key",): _unless_empty(name, f"{name} || '-' || n / {COPIES_PER_STORY}"),
    }


def _unless_empty(name: str, value: str) -> str:
    return f"CASE {name} WHEN '' THEN '' ELSE {value} END"


def _is_unique(column: "Column[object]") -> bool:
    alone_or_with_others = (
        constraint
        for constraint in column.table.constraints
        if isinstance(constraint, UniqueConstraint) and column.name in constraint.columns
    )
    return any(
        len(constraint.columns) == 1 or column.nullable for constraint in alone_or_with_others
    ) or bool(column.unique)
