"""Whatever is the matter with the store, each command that opens it ends with a sentence and with 2.

It may be of a newer version, away, broken, or be restored into.
"""

import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.cli.import_files import ROW, csv_text, mail
from tests.letters.upkeep.test_sealing import receive
from tests.samples import KEYS, PASSWORD, SEAL
from webapp.cli import main, opening, serving
from webapp.installation.background_worker import BackgroundWorker
from webapp.installation.clock import now
from webapp.letters.upkeep.backup import back_up
from webapp.store.database import Database, StoreAwayError
from webapp.store.presence import exclusive_store
from webapp.store.schema import migrate

STORELESS = {
    ("check",),
    ("count",),
    # It has a store of its own.
    ("demo",),
    ("new-key",),
    ("paper", "check"),
    ("paper", "new"),
}
COMMAND_LINES: dict[tuple[str, ...], Sequence[str]] = {
    ("run",): ("--port", "{port}"),
    ("worker",): (),
    ("migrate",): (),
    ("reseal",): (),
    ("purge",): ("--paper", "evening-courier", "--days", "90"),
    ("erase",): ("--email", "jo@example.com"),
    ("export", "person"): ("--email", "jo@example.com", "jo.json"),
    ("import", "mail"): ("letter.eml",),
    ("import", "mbox"): ("letters.mbox",),
    ("import", "csv"): ("letters.csv",),
    ("backup",): ("new.backup",),
    ("restore",): ("letters.backup",),
    ("similar",): ("letter.eml",),
    ("editor", "add"): ("dana@example.com", "--password-stdin"),
    ("editor", "list"): (),
    ("editor", "end"): ("dana@example.com",),
    ("api-key", "add"): ("The web site",),
    ("api-key", "list"): (),
    ("api-key", "end"): ("1",),
}
"""What each command that opens the store is called with here."""
ALL = pytest.mark.parametrize("words", COMMAND_LINES, ids=" ".join)


def leaves(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of all commands below a group."""
    if not isinstance(command, click.Group):
        yield words
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below
        yield from leaves(below, *words, name)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that has a letter, its backup, and the files that the commands read."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "letter.eml").write_bytes(mail())
    (folder / "letters.mbox").write_bytes(b"From jo@example.com Tue Mar  3 10:00:00 2026\n" + mail(3))
    (folder / "letters.csv").write_text(csv_text([ROW]), encoding="utf-8")
    (folder / "instance").mkdir()
    database = Database(f"sqlite:///{folder / 'instance' / 'letters.db'}", SEAL)
    migrate(database)
    receive(database)
    back_up(database, folder / "letters.backup", now=now())
    database.dispose()
    return folder


@pytest.fixture
def database(empty_folder: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database of the installation in the working folder; nothing that it starts serves."""
    shutil.copytree(prepared, empty_folder, dirs_exist_ok=True)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serving, "serve", lambda *_, **__: None)
    monkeypatch.setattr(serving, "configure_logs", lambda _: None)
    monkeypatch.setattr(BackgroundWorker, "start", lambda _: None)
    monkeypatch.setattr(threading.Event, "wait", lambda *_: True)
    database = Database("sqlite:///instance/letters.db", SEAL)
    yield database
    database.dispose()


def run(words: Sequence[str]) -> Result:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    line = [*words, *(each.format(port=port) for each in COMMAND_LINES[tuple(words)])]
    return CliRunner().invoke(main, line, input=PASSWORD)


def assert_gave_up(result: Result, *said: str) -> None:
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == 2, result.output
    assert any(each in result.stderr for each in said), result.stderr
    assert "None" not in result.stderr


def as_left_by_newer_version(database: Database, oldest_code: str) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_compatibility SET oldest_code = :code"), {"code": oldest_code})


def test_every_command_is_tried_here_or_needs_no_store() -> None:
    assert set(leaves(main)) == COMMAND_LINES.keys() | STORELESS


@ALL
def test_a_store_that_this_version_can_not_work_with(database: Database, words: tuple[str, ...]) -> None:
    as_left_by_newer_version(database, "9999")
    assert_gave_up(run(words), "a newer version of Letters Desk", "There is something in the store")


@ALL
def test_a_store_of_the_next_version_that_allows_this_one(database: Database, words: tuple[str, ...]) -> None:
    as_left_by_newer_version(database, "0001")
    result = run(words)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    if words == ("backup",):
        assert_gave_up(result, "the newer version’s “lettersdesk backup”")
        assert not list(Path().glob("*new.backup*"))


@ALL
def test_a_store_that_goes_away_after_it_was_opened(
    database: Database, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    del database

    def leave(opened: Database) -> None:
        def refuse(**_: object) -> NoReturn:
            raise StoreAwayError("the server is being restarted")

        for name in ("query", "snapshot", "transaction", "maintenance"):
            monkeypatch.setattr(opened, name, refuse)

    monkeypatch.setattr(opening, "_print_lost_values", leave)
    result = run(words)
    if words in {("run",), ("worker",), ("migrate",)}:
        assert result.exit_code == 0, "nothing is left to be done, or the server itself says so"
        return
    assert_gave_up(result, "can’t be reached", "can’t be used", "There is something in the store")


@ALL
def test_a_file_that_is_no_database(database: Database, words: tuple[str, ...]) -> None:
    database.dispose()
    for file in Path("instance").iterdir():
        file.unlink()
    Path("instance/letters.db").write_bytes(b"These are no tables. " * 500)
    assert_gave_up(run(words), "The store can’t be ")


@ALL
def test_a_table_that_is_missing(database: Database, words: tuple[str, ...]) -> None:
    with database.maintenance() as connection:
        for table in ("letters_to_compare", "messages", "particulars", "editors", "api_keys", "letters"):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO no_{table}")
    result = run(words)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)


@ALL
def test_a_store_into_which_a_backup_is_being_restored(database: Database, words: tuple[str, ...]) -> None:
    with exclusive_store(database):
        assert_gave_up(run(words), "A backup is being restored", "another restore is under way")


@pytest.mark.parametrize("words", [("backup",), ("migrate",), ("editor", "list"), ("run",)], ids=" ".join)
def test_a_command_that_has_made_a_new_store_says_where(database: Database, words: tuple[str, ...]) -> None:
    database.dispose()
    shutil.rmtree("instance")
    path = Path("instance/letters.db").absolute()
    assert run(words).stderr.splitlines()[0] == f"A new, empty store was made: {path}"
    Path("new.backup").unlink(missing_ok=True)
    assert "A new, empty store" not in run(words).stderr
