"""Migrations on both databases: same schema as the models, upgrade with data from any revision, downgrade."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from tests.samples import NOON, SEAL
from tests.services.postgres import PostgresServer
from tests.shortcuts import copy_sqlite_file, whole_upgrade
from tests.store.schema_state import is_schema_current
from webapp.letters.privacy.retention import remove_personal_data
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.letters.search.search_words import normalised_words
from webapp.rules.enums import State
from webapp.store.database import Database, StoreAwayError
from webapp.store.models import Base, LetterToIndex, Message, Particulars
from webapp.store.schema import (
    MIGRATIONS,
    SchemaTooNewError,
    is_schema_usable,
    migrate,
    migration_config,
    newest_schema_revision,
)

FIRST = "0001"
A_LETTER = """
    INSERT INTO letters (reference, token, paper, channel, state, version, received_at, category, word_count,
        district, article_url, article_headline, exclusive, interest, ai_use, withhold_name, withhold_reason,
        consent, language, in_queue, headline, opening, body)
    VALUES ('ABCDEFGH', 'a token', 'herald', 'form', 'declined', 2, '2026-03-14 12:00:00', '', 2, '',
        'https://www.example.com/trams/?utm_source=x', 'Trams', TRUE, '', '', FALSE, '', TRUE, 'en', TRUE,
        'Trams', 'Slow trams', 'Slow trams')
"""
ITS_ROWS = (
    (
        "INSERT INTO editors (email, name, role, password_hash, created_at)"
        " VALUES ('dana@example.com', 'Dana', 'chief', '$argon2id$x', '2026-03-14 12:00:00')"
    ),
    (
        "INSERT INTO particulars (letter_id, name, folded_name, email, email_key, phone_typed, phone_e164,"
        " phone_extension, address, country)"
        " VALUES (1, 'Jo', 'jo', '', '', '', '', '', '1 Main Street', 'HK')"
    ),
    (
        "INSERT INTO events (letter_id, kind, at, editor_id, from_state, to_state, reason, note)"
        " VALUES (1, 'moved', '2026-03-14 12:00:00', 1, 'received', 'declined', 'space', 'No room.')"
    ),
    (
        "INSERT INTO messages (message_id, kind, letter_id, sender, recipient, language, subject, text_body,"
        " html_body, in_reply_to, created_at, due_at, state, attempts, server_words)"
        " VALUES ('1@x', 'receipt', 1, 'a@x', 'b@x', 'en', 's', 't', 'h', '', '2026-03-14 12:00:00',"
        " '2026-03-14 12:00:00', 'waiting', 0, '451 b@x is busy')"
    ),
)
EDITED_COPIES = tuple(
    "INSERT INTO edited_copies (letter_id, number, headline, body, word_count, editor_id, at)"
    f" VALUES (1, {number}, '', '{body}', 1, 1, '2026-03-14 12:00:00')"
    for number, body in ((1, "Older"), (2, "Newest"))
)

ROWS_BY_REVISION = {
    FIRST: (
        A_LETTER,
        *ITS_ROWS,
        "INSERT INTO advisories (letter_id, position, code, numbers) VALUES (1, 0, 'name.single', '{}')",
        (
            "INSERT INTO sign_ins (token_digest, editor_id, created_at, expires_at)"
            " VALUES ('digest', 1, '2026-03-14 12:00:00', '2026-03-15 12:00:00')"
        ),
    ),
    "0002": (
        "INSERT INTO letter_tags (letter_id, tag) VALUES (1, 'trams')",
        "INSERT INTO saved_filters (editor_id, name, query, position) VALUES (1, 'Trams', 'words=tram', 0)",
        "INSERT INTO recovery_codes (editor_id, code_digest) VALUES (1, 'digest')",
        (
            "INSERT INTO passkeys (editor_id, credential_id, public_key, sign_count, name, created_at)"
            " VALUES (1, 'id', 'key', 0, 'Phone', '2026-03-14 12:00:00')"
        ),
        (
            "INSERT INTO account_links (token_digest, kind, email, name, editor_id, created_at, expires_at)"
            " VALUES ('digest', 'password_reset', 'dana@example.com', 'Dana', 1, '2026-03-14 12:00:00',"
            " '2026-03-15 12:00:00')"
        ),
        (
            "INSERT INTO account_events (kind, at, editor_id, note)"
            " VALUES ('joined', '2026-03-14 12:00:00', 1, '')"
        ),
        (
            "INSERT INTO edited_copies (letter_id, number, headline, body, word_count, editor_id, at)"
            " VALUES (1, 1, '', 'Slow', 1, 1, '2026-03-14 12:00:00')"
        ),
        (
            "INSERT INTO approvals (letter_id, copy_id, asked_by_id, asked_at, deadline, comment)"
            " VALUES (1, 1, 1, '2026-03-14 12:00:00', '2026-03-15 12:00:00', '')"
        ),
    ),
    "0009": (
        (
            "INSERT INTO api_keys (key_digest, name, created_at)"
            " VALUES ('digest', 'The web site', '2026-03-14 12:00:00')"
        ),
    ),
    "0010": (
        (
            "INSERT INTO imports (digest, letter_id, brought_in_at)"
            " VALUES ('digest', 1, '2026-03-14 12:00:00')"
        ),
        "INSERT INTO import_keys (id, secret) VALUES (1, 'sealed')",
    ),
    "0011": ("INSERT INTO letter_passages (fingerprint, letter_id) VALUES (7203361, 1)",),
    "0012": ("INSERT INTO letters_to_index (letter_id) VALUES (1) ON CONFLICT DO NOTHING",),
    "0013": ("INSERT INTO derivations (name, version, queued_version) VALUES ('full-text index', 1, 0)",),
}
"""Statements that fill the tables which a revision adds, by revision."""
REFUSED_CHANGES = (
    "UPDATE events SET note = 'Never said so.'",
    "DELETE FROM events",
    "DELETE FROM letters",
    "UPDATE letters SET body = 'Fast trams'",
    "UPDATE letters SET headline = 'Buses'",
    "UPDATE letters SET received_at = '2020-01-01 00:00:00'",
    "UPDATE account_events SET note = 'x'",
    "DELETE FROM account_events",
    "UPDATE edited_copies SET body = 'x'",
    "DELETE FROM edited_copies",
    "DELETE FROM api_keys",
    "UPDATE api_keys SET name = 'x'",
    "UPDATE api_keys SET paper = NULL",
    "UPDATE api_keys SET ended_at = NULL",
)
LISTED = re.compile(r"'\w+'(?:::[\w ]+)?(?:, '\w+'(?:::[\w ]+)?)+")
"""Values in a list, as SQLite and PostgreSQL print them."""
SCRIPTS_THAT_DECLARE = [
    script
    for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))
    if script.revision >= "0013"
]
"""The migrations that declare the oldest code, which all later ones must."""
REVISIONS = [each.revision for each in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


@pytest.fixture(autouse=True)
def migrations_at_full_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is a copy of one that was migrated."""
    monkeypatch.setattr(command, "upgrade", whole_upgrade)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, on each of the two databases in turn."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    database = Database(url, SEAL)
    yield database
    database.dispose()


@dataclass(frozen=True)
class Copies:
    """Makes copies of databases of either kind.

    Attributes:
        request: Where the PostgreSQL server is asked for, which no test on SQLite starts.
        folder: The folder for copies of SQLite files.
    """

    request: pytest.FixtureRequest
    folder: Path

    @contextmanager
    def of(self, database: Database) -> Iterator[Database]:
        """Give a copy of a database until the end of the block."""
        if database.is_sqlite:
            file = self.folder / "copy.db"
            copy_sqlite_file(Path(str(database.url.database)), file)
            url = f"sqlite:///{file}"
        else:
            # PostgreSQL copies only what nobody is connected to.
            database.dispose()
            server: PostgresServer = self.request.getfixturevalue("postgres_server")
            url = server.copy_database(database.url)
        copy = Database(url, SEAL)
        try:
            yield copy
        finally:
            copy.dispose()


@pytest.fixture
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    """Makes copies of databases."""
    return Copies(request, tmp_path)


def test_migrations_create_the_schema_of_the_models(store: Database) -> None:
    command.check(migration_config(store))
    assert is_schema_current(store)


def test_the_newest_revision_is_the_head_of_alembic() -> None:
    assert newest_schema_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_an_empty_store_is_not_current_until_it_is_migrated(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}", SEAL)
    assert not is_schema_current(database)
    migrate(database)
    migrate(database)
    assert is_schema_current(database)
    database.dispose()


@pytest.mark.parametrize(
    ("oldest_code", "usable"), [("0001", True), (newest_schema_revision(), True), ("9999", False)]
)
def test_a_newer_schema_is_usable_if_it_allows_this_code(
    empty_database: Database, oldest_code: str, *, usable: bool
) -> None:
    migrate(empty_database)
    assert is_schema_usable(empty_database)
    with empty_database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_compatibility SET oldest_code = :code"), {"code": oldest_code})
    assert is_schema_usable(empty_database) is usable
    with pytest.raises(SchemaTooNewError):
        migrate(empty_database)


def test_an_older_schema_is_not_usable(empty_database: Database) -> None:
    assert not is_schema_usable(empty_database)
    migrate(empty_database, REVISIONS[-2])
    assert not is_schema_usable(empty_database)
    migrate(empty_database)
    assert is_schema_usable(empty_database)


def test_a_migration_records_the_oldest_code_that_can_use_its_schema(empty_database: Database) -> None:
    for script in SCRIPTS_THAT_DECLARE:
        migrate(empty_database, script.revision)
        with empty_database.snapshot() as session:
            recorded = session.scalar(text("SELECT oldest_code FROM schema_compatibility"))
        assert recorded == script.module.oldest_code


def test_each_migration_can_be_used_by_the_code_before_it() -> None:
    declared = [FIRST, *(script.module.oldest_code for script in SCRIPTS_THAT_DECLARE)]
    assert declared == sorted(declared)
    for script in SCRIPTS_THAT_DECLARE:
        assert script.module.oldest_code <= script.down_revision
        assert script.module.removes_data in {True, False}


def test_a_migration_that_the_code_before_an_earlier_one_could_not_use_says_so(
    empty_database: Database,
) -> None:
    """Code that knows nothing of a migration goes on as long as the migration only adds.

    A CHECK that allows more values counts as a new demand: earlier code can't read a value that is new to it.
    """
    before = SCRIPTS_THAT_DECLARE[0]
    migrate(empty_database, str(before.down_revision))
    schema, oldest_code = _what_code_relies_on(empty_database), FIRST
    for script in SCRIPTS_THAT_DECLARE:
        migrate(empty_database, script.revision)
        migrated = _what_code_relies_on(empty_database)
        taken = {part for part in schema - migrated if part[0] != "demand"}
        if taken or _demands(migrated, schema):
            assert script.module.oldest_code > oldest_code, f"{script.revision} takes away or demands"
        schema, oldest_code = migrated, script.module.oldest_code


def _what_code_relies_on(database: Database) -> set[tuple[str, ...]]:
    """Return all tables and columns of a database, and what it demands of a row."""
    found = inspect(database.engine)
    parts: set[tuple[str, ...]] = set()
    for table in found.get_table_names():
        parts.add(("table", table))
        for column in found.get_columns(table):
            needed = not (column["nullable"] or column["default"] or column.get("autoincrement") is True)
            parts.add(("column", table, column["name"], str(column["type"])))
            if needed:
                parts.add(("demand", table, f"a value of {column['name']}"))
        for check in found.get_check_constraints(table):
            parts.add(("demand", table, _in_order(check["sqltext"])))
        for unique in found.get_unique_constraints(table):
            parts.add(("demand", table, f"unique {unique['column_names']}"))
        for key in found.get_foreign_keys(table):
            parts.add(("demand", table, f"{key['constrained_columns']} of {key['referred_table']}"))
    return parts


def _demands(migrated: set[tuple[str, ...]], before: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return what a migration demands of the rows of tables that were there before.

    A condition on new columns alone is none: earlier code leaves them empty, which fulfils every condition.
    """
    return {
        part
        for part in migrated - before
        if part[0] == "demand" and ("table", part[1]) in before and not _is_on_new_columns(part, before)
    }


def _is_on_new_columns(demand: tuple[str, ...], before: set[tuple[str, ...]]) -> bool:
    _kind, table, condition = demand
    if condition.startswith(("a value of", "unique")):
        return False
    earlier = {part[2] for part in before if part[:2] == ("column", table)}
    return not earlier & set(re.findall(r"[a-z_]+", condition))


def test_a_downgrade_to_base_leaves_no_tables(empty_database: Database) -> None:
    migrate(empty_database)
    command.downgrade(migration_config(empty_database), "base")
    assert inspect(empty_database.engine).get_table_names() == ["alembic_version"]


def test_migrations_create_the_check_constraints_of_the_models(empty_database: Database) -> None:
    """`alembic check` does not compare CHECK constraints."""
    migrate(empty_database)
    migrated = _check_constraints(empty_database)
    command.downgrade(migration_config(empty_database), "base")
    Base.metadata.create_all(empty_database.engine)
    assert migrated == _check_constraints(empty_database)


def _check_constraints(database: Database) -> dict[str, str]:
    """Return the SQL of each CHECK constraint by table and name, with white space and lists normalised."""
    found = inspect(database.engine)
    return {
        f"{table}.{check['name']}": _in_order(check["sqltext"])
        for table in found.get_table_names()
        for check in found.get_check_constraints(table)
    }


def _in_order(sql: str) -> str:
    """Return a condition with single spaces and sorted lists: the order of values in IN means nothing."""
    return LISTED.sub(lambda found: ", ".join(sorted(found[0].split(", "))), " ".join(sql.split()))


def test_a_database_of_any_revision_is_upgraded_with_all_rows(
    empty_database: Database, copies: Copies, subtests: pytest.Subtests
) -> None:
    for revision in steps_with_rows(empty_database):
        with subtests.test(revision=revision), copies.of(empty_database) as database:
            _assert_upgraded_with_all_rows(database)


def _assert_upgraded_with_all_rows(database: Database) -> None:
    before = row_counts(database)
    assert 0 not in before.values(), "every table has rows"
    migrate(database)
    assert is_schema_current(database)
    assert before.items() <= row_counts(database).items()
    with database.snapshot() as session:
        letter = session.execute(text("SELECT state, version, body, article_key FROM letters")).one()
        event = session.execute(text("SELECT kind, reason, note, overrides FROM events")).one()
        particulars = session.scalars(select(Particulars)).one()
        message = session.scalars(select(Message)).one()
    assert (particulars.name, particulars.printed_name, particulars.address) == ("Jo", "Jo", "1 Main Street")
    assert (message.recipient, message.text_body, message.html_body) == ("b@x", "t", "h")
    assert message.server_words == "451 b@x is busy"
    assert tuple(letter) == ("declined", 2, "Slow trams", "example.com/trams")
    assert tuple(event) == ("moved", "space", "No room.", False)
    with (
        pytest.raises(IntegrityError, match="the record stays as it is"),
        database.transaction() as session,
    ):
        session.execute(text("DELETE FROM events"))


def row_counts(store: Database) -> dict[str, int]:
    """Return the number of rows of every table except the full-text index and Alembic's table."""
    with store.snapshot() as session:
        return {
            table: session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in inspect(session.connection()).get_table_names()
            if not table.startswith(("letter_search", "alembic"))
        }


def steps_with_rows(store: Database) -> Iterator[str]:
    """Migrate a database step by step, insert the rows of each revision, and then give the revision."""
    for revision in REVISIONS:
        migrate(store, revision)
        with store.transaction() as session:
            for statement in ROWS_BY_REVISION.get(revision, ()):
                session.execute(text(statement))
        yield revision


def test_purged_particulars_stay_purged_after_downgrade_and_upgrade(empty_database: Database) -> None:
    for _ in steps_with_rows(empty_database):
        pass
    with empty_database.transaction() as session:
        remove_personal_data(session, {1: State.DECLINED}, NOON)
        session.execute(
            text(
                "INSERT INTO events (letter_id, kind, at, note, overrides)"
                " VALUES (1, 'purged', :at, '', FALSE)"
            ),
            {"at": "2026-06-14 12:00:00"},
        )
    command.downgrade(migration_config(empty_database), "0005")
    with (
        pytest.raises(IntegrityError, match="the record stays as it is"),
        empty_database.transaction() as session,
    ):
        session.execute(text("DELETE FROM events"))
    migrate(empty_database)
    with empty_database.snapshot() as session:
        assert session.scalars(text("SELECT kind FROM events")).all() == ["moved"]
        assert session.scalars(select(Particulars)).one().purged_at == NOON


@pytest.mark.parametrize("withheld", [False, True])
def test_existing_letters_are_added_to_the_full_text_index(
    empty_database: Database, *, withheld: bool
) -> None:
    migrate(empty_database, "0002")
    with empty_database.transaction() as session:
        for statement in (A_LETTER, *ITS_ROWS, *EDITED_COPIES):
            session.execute(text(statement))
        session.execute(
            text("UPDATE letters SET withhold_name = :withheld, withhold_reason = :reason"),
            {"withheld": withheld, "reason": "My employer reads the paper." if withheld else ""},
        )
    migrate(empty_database)
    with empty_database.snapshot() as session:
        kept = set(normalised_words(session.scalars(text("SELECT words FROM letter_search")).one()))
        for typed in ("slow trams", "no room", "newest", "ABCDEFGH"):
            found = queue_page(session, QueueFilter(words=typed)).rows
            assert [row.letter_id for row in found] == [1], typed
        assert queue_page(session, QueueFilter(words="older")).rows == ()
        assert session.scalars(select(LetterToIndex.letter_id)).all() == [1]
    assert ("jo" in kept) is not withheld


def test_a_downgrade_decrypts_personal_data(empty_database: Database) -> None:
    migrate(empty_database, FIRST)
    with empty_database.transaction() as session:
        for statement in (A_LETTER, *ITS_ROWS):
            session.execute(text(statement))
    migrate(empty_database)
    command.downgrade(migration_config(empty_database), FIRST)
    with empty_database.snapshot() as session:
        particulars = session.execute(text("SELECT name, address FROM particulars")).one()
        message = session.execute(
            text("SELECT recipient, text_body, html_body, server_words FROM messages")
        ).one()
    assert tuple(particulars) == ("Jo", "1 Main Street")
    assert tuple(message) == ("b@x", "t", "h", "451 b@x is busy")


def test_triggers_refuse_to_change_the_record(empty_database: Database) -> None:
    migrate(empty_database, FIRST)
    with empty_database.transaction() as session:
        for each in (A_LETTER, *ITS_ROWS):
            session.execute(text(each))
    migrate(empty_database)
    with empty_database.transaction() as session:
        session.execute(
            text("INSERT INTO account_events (kind, at, editor_id, note) VALUES ('joined', :at, 1, '')"),
            {"at": "2026-03-14 12:00:00"},
        )
        session.execute(
            text(
                "INSERT INTO edited_copies (letter_id, number, headline, body, word_count, editor_id, at)"
                " VALUES (1, 1, '', 'Slow', 1, 1, :at)"
            ),
            {"at": "2026-03-14 12:00:00"},
        )
        session.execute(
            text(
                "INSERT INTO api_keys (key_digest, name, paper, created_at, ended_at)"
                " VALUES ('digest', 'Web', 'herald', :at, :at)"
            ),
            {"at": "2026-03-14 12:00:00"},
        )
    refused = tuple(each for each in REFUSED_CHANGES if _is_refused(empty_database, each))
    assert refused == REFUSED_CHANGES


def _is_refused(database: Database, statement: str) -> bool:
    try:
        with database.transaction() as session:
            session.execute(text(statement))
    except IntegrityError as error:
        return "the record stays as it is" in str(error)
    return False


def test_foreign_keys_are_enforced_after_migrating(empty_database: Database) -> None:
    migrate(empty_database)
    with pytest.raises(IntegrityError), empty_database.transaction() as session:
        session.execute(text("INSERT INTO letter_tags (letter_id, tag) VALUES (7, 'trams')"))


def test_a_lock_file_that_can_not_be_opened_is_a_store_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "letters.db.migrating").mkdir()
    with pytest.raises(StoreAwayError):
        migrate(Database(f"sqlite:///{tmp_path / 'letters.db'}", SEAL))
