"""A letter's whole life on a server that runs for real, after which its writer is found in no file."""

import gzip
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.installation.http_client import Answer, Caller
from tests.installation.server import (
    COMMAND,
    SECONDS_TO_WAIT,
    RunningServer,
    clean_environment,
    running_server,
)
from tests.installation.steps import FORM, filled_form
from tests.samples import KEYS, PASSWORD, SEAL
from tests.services.postgres import PostgresServer
from webapp.installation.clock import now
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.letters.privacy.retention import purge
from webapp.rules.policy.file import load_policies
from webapp.store.database import Database

CHIEF = "chief@example.com"
WRITER = {
    "name": "Ngozi Unprintable",
    "email": "ngozi.unprintable@example.com",
    "phone": "2891 7043",
    "address": "77 Quibbleton Terrace\nSai Ying Pun",
    "withhold_name": "yes",
    "withhold_reason": "My employer reads the paper",
}
TRACES = ("ngozi", "unprintable", "28917043", "2891 7043", "2891+7043", "2891%207043", "quibbleton")
"""What stands in every way in which they may be written; the name is withheld."""
REFUSED_BY_THE_STORE = "A headline that the store refuses"


@dataclass
class Life:
    """An installation under observation: its store, and all that came out of it."""

    folder: Path
    settings: Mapping[str, str]
    database: Database
    stored: list[Path]
    said: list[str] = field(default_factory=list)

    def command(self, *arguments: str, given: str = "") -> str:
        """Run a command of the product beside the server, and keep what it says."""
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=clean_environment(self.settings),
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_WAIT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.said += [done.stdout, done.stderr]
        return done.stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    """An installation of a paper that keeps the particulars of declined letters for a month."""
    paper = next(BUNDLED_PAPERS.glob("*.toml")).read_text(encoding="utf-8")
    (tmp_path / "paper.toml").write_text(f"{paper}\n[retention]\ndeclined = 30\n", encoding="utf-8")
    settings = {"LETTERSDESK_PAPERS": str(tmp_path / "paper.toml"), "LETTERSDESK_RATE_LIMITS": "off", **KEYS}
    url, stored = f"sqlite:///{tmp_path / 'instance' / 'letters.db'}", [tmp_path / "instance"]
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url, stored = server.create_database(), [server.folder]
    settings["LETTERSDESK_DATABASE_URL"] = url
    (tmp_path / "instance").mkdir()
    database = Database(url, SEAL)
    yield Life(tmp_path, settings, database, stored)
    database.dispose()


def test_the_writer_of_a_letter_is_found_in_no_file_and_no_address(life: Life) -> None:
    life.command(
        "editor", "add", CHIEF, "--name", "Chief", "--role", "chief", "--password-stdin", given=PASSWORD
    )
    with running_server(life.folder, life.settings) as server:
        reference = send_in(life, server)
        fail(life, server)
        work_on(life, server, reference)
        policies = load_policies(life.folder / "paper.toml")
        assert found_in(life, life.stored) == []
        life.command("backup", "before")
        assert "30 days: 0 letters" in life.command("purge", "--dry-run")
        assert [each.letters for each in purge(life.database, policies, now() + timedelta(days=31))] == [1]
        assert "30 days: 0 letters" in life.command("purge")
        life.command("backup", "after")
        assert server.stop() == 0
        life.said.append(server.log)
    assert "IntegrityError" in server.log, "the store's refusal was logged"
    assert len(server.failures) == 2, "and is told as what nobody foresaw"
    backups = [life.folder / name for name in ("before", "after")]
    for backup in backups:
        life.said.append(gzip.decompress(backup.read_bytes()).decode())
    assert found_in(life, [*life.stored, *backups]) == []


def found_in(life: Life, places: list[Path]) -> list[str]:
    """Return where anything of the writer stands: in files, or in what came out of the installation."""
    files = [file for place in places for file in [place, *place.rglob("*")] if file.is_file()]
    assert sum(file.stat().st_size for file in files) > 10_000, "there is something to look through"
    found = [
        f"{trace} in {file}"
        for file in files
        for trace in TRACES
        if trace.encode() in file.read_bytes().lower()
    ]
    return found + [f"{trace} in {said}" for said in life.said for trace in TRACES if trace in said.lower()]


def visit(life: Life, answer: Answer) -> Answer:
    """Keep where an answer leads, and its words where they are those of an error.

    The form keeps what was typed for whoever typed it.
    """
    life.said.append(answer.headers.get("Location", ""))
    if answer.status >= 400 and not answer.soup.select("textarea[name=body]"):
        life.said.append(answer.text)
    return answer


def send_in(life: Life, server: RunningServer) -> str:
    """Send the letter, first with a mistake; return its reference."""
    writer = server.caller()
    returned = visit(life, writer.post(FORM, filled_form(writer, **WRITER, body="")))
    assert returned.status == 422
    assert WRITER["email"] in returned.text, "what was typed is still there"
    sent = visit(life, writer.post(FORM, filled_form(writer, **WRITER)))
    assert sent.status == 303
    assert writer.get(sent.headers["Location"]).status == 200
    with life.database.snapshot() as session:
        return str(session.scalar(text("SELECT reference FROM letters")))


@contextmanager
def refusing(life: Life, table: str, condition: str) -> Iterator[None]:
    """Let the database refuse rows, which PostgreSQL does in words that hold the whole row."""
    make = f"ALTER TABLE {table} ADD CONSTRAINT refuse_some CHECK (NOT ({condition})) NOT VALID"
    end = f"ALTER TABLE {table} DROP CONSTRAINT refuse_some"
    if life.database.is_sqlite:
        make = f"CREATE TRIGGER refuse_some BEFORE INSERT ON {table} WHEN NEW.{condition}"
        make, end = f"{make} BEGIN SELECT RAISE(ABORT, 'refused'); END", "DROP TRIGGER refuse_some"
    with life.database.transaction() as session:
        session.execute(text(make))
    yield
    with life.database.transaction() as session:
        session.execute(text(end))


def fail(life: Life, server: RunningServer) -> None:
    """Let pages fail in ways in which something of what was sent could be told."""
    writer = server.caller()
    with refusing(life, "letters", f"headline = '{REFUSED_BY_THE_STORE}'"):
        refused = filled_form(writer, **WRITER, headline=REFUSED_BY_THE_STORE)
        assert visit(life, writer.post(FORM, refused)).status == 500
    no_token = filled_form(writer, **WRITER) | {"csrf_token": "none"}
    assert visit(life, writer.post(FORM, no_token)).status in {400, 422}
    assert visit(life, writer.get(f"/letters/{'x' * 32}?email={WRITER['email']}")).status == 404


def work_on(life: Life, server: RunningServer, reference: str) -> None:
    """Look at the letter's particulars, decline it with a message, and look the writer up."""
    chief = server.caller()
    sign_in = chief.get("/desk/login").fields() | {"email": CHIEF, "password": PASSWORD}
    assert visit(life, chief.post("/desk/login", sign_in)).status == 303
    letter = f"/desk/letters/{reference}"
    token = {"csrf_token": chief.get(letter).fields()["csrf_token"]}
    assert WRITER["email"] in visit(life, chief.post(f"{letter}/particulars", token)).text
    decline = {
        "version": "1",
        "reason": "space",
        "message": "Not this time.",
        "tell": "message",
        "do": "decline",
    }
    with refusing(life, "messages", "kind = 'decision'"):
        assert visit(life, chief.post(f"{letter}/decline", token | decline)).status == 500
    assert visit(life, chief.post(f"{letter}/decline", token | decline)).status == 303
    assert state_of(chief, letter) == "Declined"
    messages = chief.get("/desk/messages")
    assert "n…@example.com" in messages.text
    found = visit(life, chief.post("/desk/writers", token | {"sought": WRITER["email"]}))
    assert f'href="{letter}"' in found.text
    assert visit(life, chief.post("/desk/writers/export", token | {"sought": WRITER["phone"]})).status == 200


def state_of(chief: Caller, letter: str) -> str:
    return chief.get(letter).soup.select_one(".letter-facts .state").get_text(strip=True)  # type: ignore[union-attr] # else it fails
