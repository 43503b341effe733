"""A store with as many letters as one likes: the sample letters, copied over and over by the database itself.

Every table that hangs on the letters is copied with them, whichever those are by now.
"""

from sqlalchemy import Column, Table, UniqueConstraint, func, select, text
from sqlalchemy.orm import Session

from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY
from webapp.accounts.accounts import add_editor
from webapp.app import create_app
from webapp.installation.clock import now
from webapp.installation.settings import Settings
from webapp.letters.editing.workflow import Actor
from webapp.letters.similar.comparing import compare_waiting
from webapp.sample.letters import fill
from webapp.store.database import Database
from webapp.store.models import Base, Letter, LetterPassage, Role
from webapp.store.schema import migrate
from webapp.web.services import services

EDITOR = "bench@example.com"
COPIES_AT_ONCE = 2_000
"""Copies of the sample in one transaction."""
COPIES_TO_A_STORY = 20
"""Copies of the sample whose letters answer the same articles."""
COPIES_TO_A_CAMPAIGN = 20
"""Copies of the sample of which one is compared: a million letters have campaigns of a thousand all the same,
and forty fingerprints a letter take longer to insert than all else of it."""
LONGEST_COPIED_MESSAGE = 200
"""Characters: whole, the messages would take more room than all else, and no page lists their text."""

BLINDS = ("email_blind", "phone_blind", "name_blind")
_LETTERS = Letter.__tablename__


def prepare(database: Database) -> int:
    """Fill an empty store with the sample letters and one editor; return how many letters there are."""
    migrate(database)
    editor = add_editor(database, email=EDITOR, name="Bench", role=Role.CHIEF, password=PASSWORD, now=now())
    settings = Settings(database_url=database.url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,))
    with create_app(settings, database).app_context():
        letters = fill(database, services().intake, HERALD, by=Actor(editor, Role.CHIEF), now=now())
    while compare_waiting(database):
        pass
    return letters


def grow(database: Database, *, sample: int, letters: int) -> int:
    """Copy the first ``sample`` letters until there are about so many; return how many there are then."""
    with database.snapshot() as session:
        there = session.scalar(select(func.count()).select_from(Letter)) or 0
    wanted = max(letters // sample, 1)
    for first in range(there // sample, wanted, COPIES_AT_ONCE):
        last = min(first + COPIES_AT_ONCE, wanted) - 1
        with database.transaction() as session:
            _copy(session, sample, first, last, is_sqlite=database.is_sqlite)
    if not database.is_sqlite:
        # As its own housekeeping would, some minutes later.
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
                f"WHERE t.{key.name} <= :sample {_some(table)} ORDER BY n, t.{key.name}"
            ),
            {"first": first, "last": last, "sample": sample},
        )
    if not is_sqlite:
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{_LETTERS}', 'id'), max(id)) FROM {_LETTERS}")
        )


def _some(table: Table) -> str:
    """Return the condition by which not all copies get what ``table`` has."""
    return f"AND n % {COPIES_TO_A_CAMPAIGN} = 0" if table.name == LetterPassage.__tablename__ else ""


def _letter_key(table: Table) -> "Column[int] | None":
    """Return the column that says to which letter a row belongs, if there is one."""
    if table.name == _LETTERS:
        return table.columns["id"]
    for column in table.columns:
        if any(key.column.table.name == _LETTERS for key in column.foreign_keys):
            return column
    return None


def _is_numbered(column: "Column[object]") -> bool:
    """Tell whether the database numbers the rows by itself."""
    return column is column.table.autoincrement_column


def _value(column: "Column[object]", key: "Column[int]", *, is_sqlite: bool) -> str:
    name = f"t.{column.name}"
    if column is key:
        return f"{name} + n * :sample"
    for names, value in _own_values(name, is_sqlite=is_sqlite).items():
        if column.name in names:
            return value
    if _is_unique(column):
        return "NULL" if column.nullable else f"{name} || '-' || n"
    return name


def _own_values(name: str, *, is_sqlite: bool) -> dict[tuple[str, ...], str]:
    """Return what copy ``n`` has of its own, by the columns that have it."""
    number = "n * :sample + t.id"
    reference, received_at = (
        (f"printf('%08X', {number})", f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-' || n || ' hours')")
        if is_sqlite
        else (f"lpad(to_hex({number}), 8, '0')", f"{name} - n * interval '1 hour'")
    )
    return {
        ("text_body", "html_body"): f"substr({name}, 1, {LONGEST_COPIED_MESSAGE})",
        ("reference",): reference,
        # Each copy of the sample is an hour older than the one before,
        ("received_at",): received_at,
        # by writers of its own,
        ("email_blind", "phone_blind", "name_blind"): _unless_empty(
            name, f"substr({name}, 1, 16) || '-' || n"
        ),
        # and on the stories of their day.
        ("article_key",): _unless_empty(name, f"{name} || '-' || n / {COPIES_TO_A_STORY}"),
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
