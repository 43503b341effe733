"""`lettersdesk purge`, `erase`, `export person`, `backup` and `restore`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from tests.letters.upkeep.test_sealing import receive
from tests.samples import KEYS, PARTICULARS, SEAL
from webapp.cli import main
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Letter, Particulars
from webapp.store.schema import migrate

EMAIL = ("--email", PARTICULARS["email"])


@pytest.fixture
def database(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database of an installation with retention periods and two letters declined long ago."""
    paper = next(BUNDLED_PAPERS.glob("*.toml")).read_text(encoding="utf-8")
    (empty_folder / "paper.toml").write_text(
        f"{paper}\n[retention]\ndeclined = 30\nheld = 9\n", encoding="utf-8"
    )
    monkeypatch.setenv("LETTERSDESK_PAPERS", "paper.toml")
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", f"sqlite:///{empty_folder / 'letters.db'}")
    database = Database(f"sqlite:///{empty_folder / 'letters.db'}", SEAL)
    migrate(database)
    for headline in ("Trams", "Buses"):
        receive(database, headline=headline)
    with database.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    return database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def particulars_left(database: Database) -> int:
    with database.snapshot() as session:
        return len(session.scalars(select(Particulars).where(Particulars.contact.is_not(None))).all())


def test_a_purge_says_what_it_would_do_and_what_it_did(database: Database) -> None:
    nothing = "harbour-herald: held for 9 days: 0 letters"
    assert set(run("purge", "--dry-run").output.splitlines()) == {
        "harbour-herald: declined for 30 days: 2 letters would be purged",
        f"{nothing} would be purged",
    }
    assert particulars_left(database) == 2
    result = {"harbour-herald: declined for 30 days: 2 letters purged", f"{nothing} purged"}
    assert set(run("purge").output.splitlines()) == result
    assert particulars_left(database) == 0


def test_a_paper_that_keeps_all_is_told_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LETTERSDESK_PAPERS")
    assert "all of them are kept" in run("purge").output
    assert particulars_left(database) == 2


def test_one_person_is_erased_after_a_dry_run(database: Database) -> None:
    dry = run("erase", *EMAIL, "--dry-run")
    assert dry.output.count("declined: particulars, and messages to the writer") == 2
    assert particulars_left(database) == 2
    assert "2 letters erased" in run("erase", *EMAIL).output
    assert particulars_left(database) == 0
    assert run("erase", *EMAIL).output.count("particulars are gone already") == 2


def test_a_dry_run_does_not_wait_for_writers(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(Letter).values(state=State.HELD))
        assert run("erase", *EMAIL, "--dry-run").output.count(" harbour-herald, declined: ") == 2


def test_one_person_is_exported_to_a_new_file_of_their_own(database: Database, empty_folder: Path) -> None:
    with database.snapshot() as session:
        reference = session.scalars(select(Letter.reference)).first()
    assert run("export", "person", "--reference", str(reference), "jo.json").exit_code == 0
    file = empty_folder / "jo.json"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert [each["headline"] for each in whole["letters"]] == ["Trams", "Buses"]
    letter = whole["letters"][0]
    explained = {"letters", *letter} - {"particulars", "article", "declared"}
    assert explained <= set(whole["fields"])
    assert letter["particulars"]["email"] == PARTICULARS["email"]
    assert letter["messages"][0]["recipient"] == PARTICULARS["email"]
    assert [each["kind"] for each in letter["events"]] == ["received"]
    again = run("export", "person", *EMAIL, "jo.json")
    assert (again.exit_code, "is there already" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Say who is meant by one of"),
        ((*EMAIL, "--phone", "2123 4567"), "Say who is meant by one of"),
        (("--email", "nobody"), "What was given as --email can’t be read."),
        (("--email", "nobody@example.com"), "No letter of such a person is kept."),
    ],
)
@pytest.mark.usefixtures("database")
def test_who_is_not_meant_clearly_is_left_alone(options: tuple[str, ...], said: str) -> None:
    for command in (("erase", *options), ("export", "person", *options, "jo.json")):
        result = run(*command)
        assert (result.exit_code, said in result.output) == (2, True)
    assert not Path("jo.json").exists()


def test_a_backup_is_restored_into_an_empty_store(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "2 letters" in run("backup", "b").output
    assert "is there already" in run("backup", "b").output
    assert "There is something in the store" in run("restore", "b").output
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", "sqlite:///other.db")
    assert "no backup of Letters Desk" in run("restore", "paper.toml").output
    assert "can’t be read" in run("restore", "nothing").output
    assert "2 letters" in run("restore", "b").output
    other = Database("sqlite:///other.db", SEAL)
    assert particulars_left(other) == particulars_left(database) == 2
    other.dispose()


@pytest.mark.usefixtures("database")
def test_a_backup_is_not_restored_without_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    run("backup", "b")
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", "sqlite:///other.db")
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", run("new-key").output.strip())
    result = run("restore", "b")
    assert (result.exit_code, "LETTERSDESK_PARTICULARS_KEY does not fit" in result.output) == (2, True)


def test_letters_of_a_paper_without_a_policy_are_named_and_purged(database: Database) -> None:
    file = Path("paper.toml")
    text = file.read_text(encoding="utf-8").replace('slug = "harbour-herald"', 'slug = "new-herald"')
    file.write_text(text, encoding="utf-8")
    checked = run("paper", "check", "paper.toml")
    assert checked.exit_code == 0
    assert "No policy has the paper “harbour-herald”, of which 2 letters are stored." in checked.output
    assert 'former_slugs = ["harbour-herald"]' in checked.output
    assert run("purge", "--paper", "harbour-herald").exit_code == 2
    assert run("purge", "--paper", "new-herald", "--days", "9").exit_code == 2
    done = run("purge", "--paper", "harbour-herald", "--days", "9")
    assert done.output == "harbour-herald: unchanged for 9 days: 2 letters purged\n"
    assert particulars_left(database) == 0
    file.write_text(text.replace("[paper]", '[paper]\nformer_slugs = ["harbour-herald"]'), encoding="utf-8")
    assert "No policy" not in run("paper", "check", "paper.toml").output
