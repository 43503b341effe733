"""Migrations and models agree, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from tests.samples import NOON, SEAL
from tests.services.postgres import PostgresServer
from webapp.letters.privacy.retention import take_away
from webapp.letters.queue.queue_page import QueueFilter, queue_page
from webapp.letters.search.words import words_of
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Base, Message, Particulars
from webapp.store.schema import (
    MIGRATIONS,
    is_schema_current,
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
WHAT_BELONGS_TO_IT = (
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
COPIES = tuple(
    "INSERT INTO edited_copies (letter_id, number, headline, body, word_count, editor_id, at)"
    f" VALUES (1, {number}, '', '{body}', 1, 1, '2026-03-14 12:00:00')"
    for number, body in ((1, "Older"), (2, "Newest"))
)

WHAT_CAME_WITH = {
    FIRST: (
        A_LETTER,
        *WHAT_BELONGS_TO_IT,
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
}
"""What stands in the tables of each revision that brought new ones."""
REVISIONS = [each.revision for each in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store without any tables."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    database = Database(url, SEAL)
    yield database
    database.dispose()


def test_migrating_makes_exactly_what_the_models_say(store: Database) -> None:
    command.check(migration_config(store))
    assert is_schema_current(store)


def test_the_newest_revision_is_the_one_that_alembic_finds() -> None:
    assert newest_schema_revision() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_an_empty_store_is_not_current_until_it_is_migrated(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}", SEAL)
    assert not is_schema_current(database)
    migrate(database)
    migrate(database)
    assert is_schema_current(database)
    database.dispose()


def test_the_way_back_leaves_nothing(new_store: Database) -> None:
    migrate(new_store)
    command.downgrade(migration_config(new_store), "base")
    assert inspect(new_store.engine).get_table_names() == ["alembic_version"]


def test_migrating_makes_the_very_checks_of_the_models(new_store: Database) -> None:
    """What `alembic check` does not compare."""
    migrate(new_store)
    migrated = _checks(new_store)
    command.downgrade(migration_config(new_store), "base")
    Base.metadata.create_all(new_store.engine)
    assert migrated == _checks(new_store)


def _checks(database: Database) -> dict[str, str]:
    found = inspect(database.engine)
    return {
        f"{table}.{check['name']}": " ".join(check["sqltext"].split())
        for table in found.get_table_names()
        for check in found.get_check_constraints(table)
    }


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_any_revision_comes_along_whole(new_store: Database, revision: str) -> None:
    fill_up_to(new_store, revision)
    before = rows_in(new_store)
    assert 0 not in before.values(), "something stands in every table"
    migrate(new_store)
    assert is_schema_current(new_store)
    assert before.items() <= rows_in(new_store).items()
    with new_store.snapshot() as session:
        letter = session.execute(text("SELECT state, version, body, article_key FROM letters")).one()
        event = session.execute(text("SELECT kind, reason, note, overrides FROM events")).one()
        particulars = session.scalars(select(Particulars)).one()
        message = session.scalars(select(Message)).one()
    assert (particulars.name, particulars.printed_name, particulars.address) == ("Jo", "Jo", "1 Main Street")
    assert (message.recipient, message.text_body, message.html_body) == ("b@x", "t", "h")
    assert message.server_words == "451 b@x is busy"
    assert tuple(letter) == ("declined", 2, "Slow trams", "example.com/trams")
    assert tuple(event) == ("moved", "space", "No room.", False)
    with pytest.raises(IntegrityError, match="the record stays as it is"), new_store.transaction() as session:
        session.execute(text("DELETE FROM events"))


def rows_in(store: Database) -> dict[str, int]:
    """Count the rows of every table, leaving out those that keep an index or the revision."""
    with store.snapshot() as session:
        return {
            table: session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in inspect(session.connection()).get_table_names()
            if not table.startswith(("letter_search", "alembic"))
        }


def fill_up_to(store: Database, revision: str) -> None:
    """Bring a store to a revision by way of those before it, with something in the tables of each."""
    for each in REVISIONS[: REVISIONS.index(revision) + 1]:
        migrate(store, each)
        with store.transaction() as session:
            for statement in WHAT_CAME_WITH.get(each, ()):
                session.execute(text(statement))


def test_what_was_purged_stays_so_on_the_way_back_and_forth(new_store: Database) -> None:
    fill_up_to(new_store, REVISIONS[-1])
    with new_store.transaction() as session:
        take_away(session, {1: State.DECLINED}, NOON)
        session.execute(
            text(
                "INSERT INTO events (letter_id, kind, at, note, overrides)"
                " VALUES (1, 'purged', :at, '', FALSE)"
            ),
            {"at": "2026-06-14 12:00:00"},
        )
    command.downgrade(migration_config(new_store), "0005")
    with pytest.raises(IntegrityError, match="the record stays as it is"), new_store.transaction() as session:
        session.execute(text("DELETE FROM events"))
    migrate(new_store)
    with new_store.snapshot() as session:
        assert session.scalars(text("SELECT kind FROM events")).all() == ["moved"]
        assert session.scalars(select(Particulars)).one().purged_at == NOON


@pytest.mark.parametrize("withheld", [False, True])
def test_letters_that_were_there_are_found_by_their_words(new_store: Database, *, withheld: bool) -> None:
    migrate(new_store, "0002")
    with new_store.transaction() as session:
        for statement in (A_LETTER, *WHAT_BELONGS_TO_IT, *COPIES):
            session.execute(text(statement))
        session.execute(
            text("UPDATE letters SET withhold_name = :withheld, withhold_reason = :reason"),
            {"withheld": withheld, "reason": "My employer reads the paper." if withheld else ""},
        )
    migrate(new_store)
    with new_store.snapshot() as session:
        kept = set(words_of(session.scalars(text("SELECT words FROM letter_search")).one()))
        for typed in ("slow trams", "no room", "newest", "ABCDEFGH"):
            found = queue_page(session, QueueFilter(words=typed)).rows
            assert [row.letter_id for row in found] == [1], typed
        assert queue_page(session, QueueFilter(words="older")).rows == ()
    assert ("jo" in kept) is not withheld


def test_what_was_sealed_is_opened_on_the_way_back(new_store: Database) -> None:
    migrate(new_store, FIRST)
    with new_store.transaction() as session:
        for statement in (A_LETTER, *WHAT_BELONGS_TO_IT):
            session.execute(text(statement))
    migrate(new_store)
    command.downgrade(migration_config(new_store), FIRST)
    with new_store.snapshot() as session:
        particulars = session.execute(text("SELECT name, address FROM particulars")).one()
        message = session.execute(
            text("SELECT recipient, text_body, html_body, server_words FROM messages")
        ).one()
    assert tuple(particulars) == ("Jo", "1 Main Street")
    assert tuple(message) == ("b@x", "t", "h", "451 b@x is busy")


@pytest.mark.parametrize(
    "statement",
    [
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
    ],
)
def test_the_record_can_not_be_changed_by_anybody(new_store: Database, statement: str) -> None:
    migrate(new_store, FIRST)
    with new_store.transaction() as session:
        for each in (A_LETTER, *WHAT_BELONGS_TO_IT):
            session.execute(text(each))
    migrate(new_store)
    with new_store.transaction() as session:
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
    with pytest.raises(IntegrityError, match="the record stays as it is"), new_store.transaction() as session:
        session.execute(text(statement))


def test_foreign_keys_hold_again_after_migrating(new_store: Database) -> None:
    migrate(new_store)
    with pytest.raises(IntegrityError), new_store.transaction() as session:
        session.execute(text("INSERT INTO letter_tags (letter_id, tag) VALUES (7, 'trams')"))
