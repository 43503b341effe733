"""`lettersdesk purge`, `erase`, `export person`, `backup` and `restore`."""

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from tests.letters.upkeep.test_sealing import receive
from tests.samples import KEYS, PARTICULARS, PARTICULARS_KEY, SEAL
from webapp.cli import main
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.rules.enums import State
from webapp.store.database import Database, SealKeyUnregisteredError
from webapp.store.models import Letter, Particulars
from webapp.store.presence import ServingLock, exclusive_store
from webapp.store.schema import migrate
from webapp.store.seal import Seal
from webapp.wording.text_format import grouped_reference

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


def served(database: Database) -> ServingLock:
    """Return the lock of a process that serves the database."""
    lock = ServingLock(database)
    lock.take()
    return lock


def test_a_backup_is_not_restored_into_a_store_that_is_served(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", "b")
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", "sqlite:///other.db")
    assert run("migrate").exit_code == 0
    other = Database("sqlite:///other.db", SEAL)
    lock = served(other)
    refused = run("restore", "b")
    assert (refused.exit_code, "serves this store" in refused.output) == (2, True)
    lock.release()
    assert run("restore", "b").exit_code == 0
    assert particulars_left(other) == particulars_left(database)
    other.dispose()


def test_every_command_waits_for_a_restore(database: Database) -> None:
    with exclusive_store(database):
        result = run("editor", "list")
    assert (result.exit_code, "is being restored" in result.output) == (2, True)
    assert run("editor", "list").exit_code == 0


def test_older_keys_can_go_only_when_no_server_seals_with_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = run("new-key").output.strip()
    lock = served(database)
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", f"{new},{PARTICULARS_KEY}")
    kept = run("reseal")
    assert (kept.exit_code, "Keep the older keys" in kept.output) == (2, True)
    lock.release()
    done = run("reseal")
    assert (done.exit_code, "Older keys can go now" in done.output) == (0, True)
    # A process that was started with the older key, and is running again, stores nothing.
    with pytest.raises(SealKeyUnregisteredError):
        receive(database, headline="Sealed with the older key")
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", new)
    listed = run("editor", "list")
    assert (listed.exit_code, listed.output) == (0, "")


def test_what_no_key_opens_is_named_and_keeps_nobody_from_the_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = run("new-key").output.strip()
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", f"{new},{PARTICULARS_KEY}")
    assert run("migrate").exit_code == 0
    renewed = Database(database.url, Seal.from_text(new))
    receive(renewed, headline="Sealed with the newer key")
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", new)
    with database.snapshot() as session:
        lost = session.scalars(select(Letter.reference).order_by(Letter.id).limit(2)).all()
    for command in (["editor", "list"], ["backup", "b"], ["purge", "--dry-run"], ["reseal"], ["migrate"]):
        result = run(*command)
        assert result.exit_code == 0, command
        assert "the writers of 2 letters" in result.stderr
        assert all(grouped_reference(reference) in result.stderr for reference in lost)
        assert "…" not in result.stderr, "all of them are named"
    reference = ("--reference", lost[0])
    assert run("export", "person", *reference, "jo.json").exit_code == 0
    (exported,) = json.loads(Path("jo.json").read_text(encoding="utf-8"))["letters"][:1]
    assert exported["particulars"]["sealed_with_missing_key"]
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", "sqlite:///other.db")
    assert run("restore", "b").exit_code == 2
    assert run("restore", "b", "--without-lost-keys").exit_code == 0
    # The older key is found again: nothing was written over.
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", f"{new},{PARTICULARS_KEY}")
    other = Database("sqlite:///other.db", Seal.from_text(f"{new},{PARTICULARS_KEY}"))
    with other.snapshot() as session:
        found = {each.contact.email for each in session.scalars(select(Particulars)) if each.contact}
    assert found == {PARTICULARS["email"]}
    for opened in (other, renewed):
        opened.dispose()


@pytest.mark.usefixtures("database")
def test_what_commands_write_is_private_under_any_umask(empty_folder: Path) -> None:
    before = os.umask(0)
    try:
        run("backup", "b")
        run("export", "person", *EMAIL, "jo.json")
        run("paper", "new", "new.toml")
        assert os.umask(0) == 0, "the umask is given back"
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in empty_folder.iterdir()}
    assert {modes[name] for name in ("b", "jo.json", "letters.db", "letters.db-wal")} == {0o600}
    assert modes["new.toml"] == 0o666, "the policy is for the server to read, whose user may be another one"


def test_a_dry_run_says_where_a_purge_waits_for_a_person(database: Database) -> None:
    for number in range(2):
        receive(database, headline=f"Letter {number}")
    with database.transaction() as session:
        session.execute(update(Letter).values(state=State.DECLINED))
    assert "4 of 4 letters have been due for more than 7 days" in run("purge", "--dry-run").stderr
    assert run("purge").stderr == ""
    assert particulars_left(database) == 0
