"""Commands `backup` and `restore`: what they say, and what a refused restore leaves behind."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result

from tests.letters.upkeep.test_sealing import receive
from tests.samples import KEYS, SEAL
from webapp.cli import main
from webapp.installation.clock import now
from webapp.letters.upkeep.backup import back_up
from webapp.store.database import Database, StoreAwayError
from webapp.store.schema import migrate
from webapp.store.seal import new_key


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with one letter."""
    folder = tmp_path_factory.mktemp("made")
    database = Database(f"sqlite:///{folder / 'letters.db'}", SEAL)
    migrate(database)
    receive(database)
    back_up(database, folder / "letters.backup", now=now())
    database.dispose()
    return folder / "letters.backup"


@pytest.fixture
def folder(empty_folder: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation without a store, and a backup in its folder."""
    (empty_folder / "letters.backup").write_bytes(made.read_bytes())
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return empty_folder


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.usefixtures("folder")
def test_one_letter_is_one_letter() -> None:
    restored = run("restore", "letters.backup")
    assert restored.output.startswith("Restored: 1 letter and ")
    assert "1 letter and " in run("backup", "new.backup").output
    assert run("reseal").output.startswith("Sealed with the newest key: 2 rows.")
    assert "unchanged for 1 day: 0 letters" in run("purge", "--paper", "gone", "--days", "1").output


def _lose_key(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", new_key())


def _truncate(backup: Path, _: pytest.MonkeyPatch) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])


def _remove(backup: Path, _: pytest.MonkeyPatch) -> None:
    backup.unlink()


@pytest.mark.parametrize("spoil", [_lose_key, _truncate, _remove])
def test_a_refused_restore_leaves_no_database(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    spoil(folder / "letters.backup", monkeypatch)
    refused = run("restore", "letters.backup")
    assert refused.exit_code == 2
    assert [each.name for each in (folder / "instance").glob("letters.db*") if each.stat().st_size] == []


def test_a_value_without_its_key_is_found_late_and_leaves_no_database_either(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.letters.upkeep.restore._check_key_proof", lambda *_: None)
    _lose_key(folder, monkeypatch)
    assert "does not fit" in run("restore", "letters.backup").output
    assert [each.name for each in (folder / "instance").glob("letters.db*") if each.stat().st_size] == []


def test_a_refused_restore_leaves_the_database_that_was_there(folder: Path) -> None:
    assert run("migrate").exit_code == 0
    (folder / "letters.backup").write_bytes(b"This is no backup.")
    assert run("restore", "letters.backup").exit_code == 2
    assert (folder / "instance" / "letters.db").stat().st_size


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("_insert_rows", "Nothing was restored; run this"),
        ("_index_all_letters", "except for the search index"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_store_that_goes_away_during_a_restore(
    monkeypatch: pytest.MonkeyPatch, step: str, said: str
) -> None:
    def leave(*_: object, **__: object) -> NoReturn:
        raise StoreAwayError("the disk is full")

    monkeypatch.setattr(f"webapp.letters.upkeep.restore.{step}", leave)
    ended = run("restore", "letters.backup")
    assert ended.exit_code == 2
    assert ended.stderr.startswith("The store can’t be reached: the disk is full. ")
    assert said in ended.stderr
