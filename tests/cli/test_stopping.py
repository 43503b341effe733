"""Ctrl+C in the middle of long commands: the store is whole, the sentence is true, the next run completes."""

from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from tests.letters.upkeep.test_sealing import receive
from tests.samples import KEYS, PARTICULARS_KEY, SEAL
from tests.shortcuts import whole_upgrade
from tests.store.schema_state import is_schema_current
from webapp.cli import main
from webapp.cli.progress import ProgressDisplay
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.letters.privacy import retention
from webapp.letters.search.index import SEARCH_INDEX
from webapp.letters.search.reindexing import index_outdated_letters
from webapp.letters.similar import fingerprint_index
from webapp.letters.upkeep import backup as backing_up, backup_file, reseal, restore as restoring
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Letter, LetterToCompare, LetterToIndex, Particulars
from webapp.store.progress import Stage
from webapp.store.schema import migrate
from webapp.store.seal import Seal, new_key
from webapp.store.seal_keys import seal_keys_fit

LETTERS = 5


@pytest.fixture
def database(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database of an installation with some letters; rows are handled two at a time."""
    paper = next(BUNDLED_PAPERS.glob("*.toml")).read_text(encoding="utf-8")
    (empty_folder / "paper.toml").write_text(f"{paper}\n[retention]\ndeclined = 30\n", encoding="utf-8")
    monkeypatch.setenv("LETTERSDESK_PAPERS", "paper.toml")
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    for module, name in (
        (backing_up, "ROWS_PER_BATCH"),
        (restoring, "ROWS_PER_BATCH"),
        (backup_file, "ROWS_BETWEEN_REPORTS"),
        (reseal, "ROWS_PER_TRANSACTION"),
        (fingerprint_index, "LETTERS_PER_TRANSACTION"),
        (retention, "LETTERS_PER_TRANSACTION"),
    ):
        monkeypatch.setattr(module, name, 2)
    database = open_store("letters.db", monkeypatch)
    migrate(database)
    for number in range(LETTERS):
        receive(database, headline=f"Trams, no. {number}")
    with database.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    return database


def open_store(name: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Let the commands use the SQLite database of that name, and return it."""
    url = f"sqlite:///{Path(name).absolute()}"
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", url)
    return Database(url, SEAL)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def run_stopped(stage: Stage, *arguments: str) -> str:
    """Run a command, press Ctrl+C when that stage reports for the second time; return what it says."""
    reports: list[int] = []

    def stop(_: ProgressDisplay, reported: Stage, done: int, total: int) -> None:
        assert 0 <= done <= total
        if reported is stage:
            reports.append(done)
        if len(reports) == 2:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as stopping:
        stopping.setattr(ProgressDisplay, "__call__", stop)
        # As on a terminal: elsewhere some commands don't even count what is to be done.
        stopping.setattr("webapp.cli.progress.is_terminal", lambda: True)
        result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("Stopped. ")
    return result.stderr


def count(database: Database, model: type[Letter | LetterToCompare | LetterToIndex]) -> int:
    with database.snapshot() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def particulars_left(database: Database) -> int:
    with database.snapshot() as session:
        kept = select(func.count()).select_from(Particulars).where(Particulars.contact.is_not(None))
        return session.scalar(kept) or 0


def test_a_backup_that_is_stopped_leaves_no_file(database: Database, empty_folder: Path) -> None:
    before = {each.name for each in empty_folder.iterdir()}
    assert "There is no backup" in run_stopped(Stage.BACKING_UP, "backup", "letters.backup")
    assert {each.name for each in empty_folder.iterdir()} == before
    assert run("backup", "letters.backup").exit_code == 0
    assert count(database, Letter) == LETTERS


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("stage", [Stage.VERIFYING_BACKUP, Stage.RESTORING])
def test_a_restore_that_is_stopped_restores_nothing_and_is_done_by_the_next_run(
    monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    assert run("backup", "letters.backup").exit_code == 0
    other = open_store("other.db", monkeypatch)
    assert "Nothing was restored; run this once more" in run_stopped(stage, "restore", "letters.backup")
    assert restoring.is_store_empty(other)
    again = run("restore", "letters.backup")
    assert again.exit_code == 0, again.output
    assert count(other, Letter) == LETTERS


@pytest.mark.usefixtures("database")
def test_what_a_restore_leaves_that_is_stopped_at_its_end_is_done_by_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run("backup", "letters.backup").exit_code == 0
    other = open_store("other.db", monkeypatch)
    said = run_stopped(Stage.INDEXING, "restore", "letters.backup")
    assert "Everything is restored except for the search index" in said
    assert (count(other, Letter), count(other, LetterToCompare)) == (LETTERS, LETTERS)
    while index_outdated_letters(other):
        pass
    with other.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(SEARCH_INDEX)) == LETTERS


def test_a_reseal_that_is_stopped_needs_both_keys_until_the_next_run(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = new_key()
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", f"{newest},{PARTICULARS_KEY}")
    assert "keep all keys, and run this once more" in run_stopped(Stage.RESEALING, "reseal")
    only_newest = Database(str(database.url), Seal.from_text(newest))
    assert not seal_keys_fit(only_newest)
    assert run("editor", "list").exit_code == 0
    assert run("reseal").exit_code == 0
    assert seal_keys_fit(only_newest)
    only_newest.dispose()


def test_a_purge_that_is_stopped_has_purged_whole_letters_and_is_done_by_the_next_run(
    database: Database,
) -> None:
    said = run_stopped(Stage.PURGING, "purge")
    assert "Each letter is either purged or as it was" in said
    assert 0 < particulars_left(database) < LETTERS
    assert run("purge").exit_code == 0
    assert particulars_left(database) == 0


@pytest.mark.usefixtures("empty_folder")
def test_a_migration_that_is_stopped_changes_nothing_and_is_done_by_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(command, "upgrade", whole_upgrade)
    database = open_store("letters.db", monkeypatch)
    assert "The store was not changed" in run_stopped(Stage.MIGRATING, "migrate")
    assert not is_schema_current(database)
    assert restoring.is_store_empty(database)
    assert run("migrate").exit_code == 0
    assert is_schema_current(database)


def test_letters_that_are_compared_when_a_search_is_stopped_stay_so(database: Database) -> None:
    Path("letter.txt").write_text("The tram is slow.", encoding="utf-8")
    assert "What stands above is all" in run_stopped(Stage.COMPARING, "similar", "letter.txt")
    assert 0 < count(database, LetterToCompare) < LETTERS
    assert run("similar", "letter.txt").exit_code == 0
    assert count(database, LetterToCompare) == 0
