"""What the tests share: stores on real databases, the application, a client that reads its pages."""

import dataclasses
import gc
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, session as cookie
from hypothesis import HealthCheck, Phase, settings as hypothesis_settings
from sqlalchemy import event, text

from tests.pages import Visitor
from tests.samples import HERALD, PASSWORD, SEAL, SECRET_KEY
from tests.services import postgres, postgres_programs
from tests.services.missing import pytest_terminal_summary, skip_or_fail
from tests.shortcuts import shortcuts
from webapp.accounts.administration import add_editor
from webapp.accounts.events import BY_PASSWORD
from webapp.app import create_app
from webapp.desk.account.sign_in_completion import complete_sign_in
from webapp.installation.clock import now
from webapp.installation.setting_names import SETTING_NAMES
from webapp.installation.settings import Settings
from webapp.letters.intake.intake import Intake
from webapp.rules.policy import Policy
from webapp.store.database import Database
from webapp.store.models import Base, Role, SchemaCompatibility, SealKey
from webapp.store.schema import migrate

__all__ = ["pytest_terminal_summary", "shortcuts"]

TESTS = Path(__file__).parent
WINDOW = 600
"""Seconds of the limits' windows, which begin when the clock tells a whole number of them."""
LONGEST_COUNTED_TEST = 20
"""Seconds."""
SLOW_FOLDERS = frozenset({"bench", "browser", "durability", "installation", "messages"})
"""They come first: where two processes share the files, neither is left with a slow one at the end."""
_TABLES = [
    table.name
    for table in reversed(Base.metadata.sorted_tables)
    # Migrations have written them.
    if table.name not in {SchemaCompatibility.__tablename__, SealKey.__tablename__}
]
_OTHER_KEYS_REMOVED = "DELETE FROM seal_keys WHERE name <> :own"
_OWN_KEY_REGISTERED = (
    "INSERT INTO seal_keys SELECT :own WHERE NOT EXISTS (SELECT 1 FROM seal_keys WHERE name = :own)"
)
_FILLED_TABLES = " UNION ALL ".join(
    f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in _TABLES
)
_TRIGGERS = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%refuse%'"
_GUARDED_TABLES = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE '%refuse%'
"""

# A shared machine's moods must not fail a property that holds.
hypothesis_settings.register_profile(
    "lettersdesk", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("lettersdesk")
# For .ci/mutate: the same examples for each change, and no search for a simpler one that fails.
hypothesis_settings.register_profile(
    "mutation",
    hypothesis_settings.get_profile("lettersdesk"),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)


def pytest_configure() -> None:
    """Let SIGINT interrupt: a shell starts what it runs in the background with that signal ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow folders first; the order is unchanged otherwise."""
    items.sort(key=lambda item: SLOW_FOLDERS.isdisjoint(item.path.relative_to(TESTS).parts))


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of garbage collections, each of which would visit it all."""
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A real PostgreSQL, running for as long as the tests do."""
    try:
        with postgres.running_postgres(syncs=False) as running:
            yield running
    except postgres_programs.PostgresMissingError:
        skip_or_fail("PostgreSQL", postgres_programs.REMEDY)


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An SQLite store with all tables."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('store') / 'letters.db'}", SEAL)
    # As in the PostgreSQL below, nothing waits for the disk: each commit would take 4 ms.
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    migrate(database)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgres_store(postgres_server: postgres.PostgresServer) -> Iterator[Database]:
    """A PostgreSQL store with all tables."""
    database = Database(postgres_server.create_database(), SEAL)
    migrate(database)
    yield database
    database.dispose()


@pytest.fixture
def sqlite(sqlite_store: Database) -> Iterator[Database]:
    """An empty SQLite store."""
    yield sqlite_store
    _empty(sqlite_store)


@pytest.fixture
def empty_postgres(postgres_store: Database) -> Iterator[Database]:
    """An empty PostgreSQL store."""
    yield postgres_store
    _empty(postgres_store)


@pytest.fixture(params=["sqlite_store", "postgres_store"])
def store(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty store, on each of the databases in turn."""
    database: Database = request.getfixturevalue(request.param)
    yield database
    _empty(database)


def _empty(database: Database) -> None:
    """Take everything out, past the triggers by which the record refuses that; the store's key stays."""
    with database.transaction() as session:
        for statement in (_OTHER_KEYS_REMOVED, _OWN_KEY_REGISTERED):
            session.execute(text(statement), {"own": SEAL.newest_key_name})
        filled = set(session.scalars(text(_FILLED_TABLES)).all())
        # In PostgreSQL, too, rows are deleted: TRUNCATE makes new files for each table, of a few rows here.
        remove = [f"DELETE FROM {table}" for table in _TABLES if table in filled]
        if not database.is_sqlite:
            guarded = [table for table in session.scalars(text(_GUARDED_TABLES)).all() if table in filled]
            off, on = (
                [f"ALTER TABLE {table} {turn} TRIGGER USER" for table in guarded]
                for turn in ("DISABLE", "ENABLE")
            )
            session.execute(text("; ".join([*off, *remove, *on])))
            return
        triggers = [
            trigger for trigger in session.execute(text(_TRIGGERS)).all() if trigger.tbl_name in filled
        ]
        for trigger in triggers:
            session.execute(text(f"DROP TRIGGER {trigger.name}"))
        for statement in remove:
            session.execute(text(statement))
        for trigger in triggers:
            session.connection().exec_driver_sql(trigger.sql)


@pytest.fixture
def intake(store: Database) -> Intake:
    """The way into the empty store."""
    return Intake(store, SECRET_KEY)


@pytest.fixture
def editor_id(store: Database) -> int:
    """An editor of the empty store."""
    return _make_editor(store, "dana@example.com", "Dana")


def _make_editor(database: Database, email: str, name: str) -> int:
    return add_editor(database, email=email, name=name, role=Role.EDITOR, password=PASSWORD, now=now())


@pytest.fixture
def policy() -> Policy:
    """The policy that is served; a test can be run with another one."""
    return HERALD


@pytest.fixture
def settings(sqlite: Database, policy: Policy) -> Settings:
    """Settings of an installation with one paper."""
    return Settings(
        database_url=sqlite.url, secret_key=SECRET_KEY, seal=SEAL, policies=(policy,), rate_limits=False
    )


@pytest.fixture
def counting(settings: Settings) -> Settings:
    """Settings with which attempts are counted.

    When a new window of the limits begins, those of the last one count for a little less with each moment.
    """
    left = WINDOW - time.time() % WINDOW
    if left < LONGEST_COUNTED_TEST:
        time.sleep(left)
    return dataclasses.replace(settings, rate_limits=True)


@pytest.fixture(scope="session")
def applications() -> list[tuple[Settings, Flask]]:
    """The applications made for `app` so far, with their settings."""
    return []


@pytest.fixture
def app(settings: Settings, sqlite: Database, applications: list[tuple[Settings, Flask]]) -> Iterator[Flask]:
    """The whole application on an empty SQLite store, with CSRF protection on.

    Made once for equal settings, unless attempts are counted: that and its first page take 60 ms.
    """
    kept = next((app for its, app in applications if its == settings), None)
    app = kept or create_app(settings, sqlite)
    if kept is None and not settings.rate_limits:
        applications.append((settings, app))
    config = dict(app.config)
    yield app
    app.config.update(config)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser without JavaScript, at the reader's door."""
    return Visitor(app)


@pytest.fixture
def dana(app: Flask, sqlite: Database) -> Visitor:
    """An editor who has signed in."""
    return _signed_in(app, sqlite, "dana@example.com", "Dana")


@pytest.fixture
def eli(app: Flask, sqlite: Database) -> Visitor:
    """Another editor who has signed in."""
    return _signed_in(app, sqlite, "eli@example.com", "Eli")


def _signed_in(app: Flask, database: Database, email: str, name: str) -> Visitor:
    """Sign in as the sign-in page does, and open the queue."""
    editor_id = _make_editor(database, email, name)
    visitor = Visitor(app)
    with app.test_request_context():
        response = app.make_response(complete_sign_in(editor_id, None, note=BY_PASSWORD))
        app.session_interface.save_session(app, cookie, response)
    for header in response.headers.getlist("Set-Cookie"):
        visitor.client.set_cookie(*header.partition(";")[0].split("=", 1))
    assert visitor.open("/desk/").status == 200
    return visitor


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with nothing set in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in SETTING_NAMES:
        monkeypatch.delenv(name, raising=False)
    return tmp_path
