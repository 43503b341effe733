"""A letter from form to purge on a real server: the writer's particulars are in no file, log or URL."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.installation import fork_server
from tests.installation.http_client import HttpClient, HttpResponse
from tests.installation.server import (
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
from webapp.rules.policy.loading import load_policies
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
"""Parts of the particulars in the forms in which they may be written, in lower case."""
REFUSED_BY_THE_STORE = "A headline that the store refuses"


@dataclass
class ObservedInstallation:
    """An installation whose files and output are searched.

    Attributes:
        folder: Its working directory.
        settings: Its environment variables.
        database: Its database.
        stored: The folders with the database's files.
        output: What its commands and server have printed, its redirects and its error pages.
    """

    folder: Path
    settings: Mapping[str, str]
    database: Database
    stored: list[Path]
    output: list[str] = field(default_factory=list)

    def command(self, *arguments: str, given: str = "") -> str:
        """Run a `lettersdesk` command, record its output and return its standard output."""
        env = clean_environment(self.settings)
        done = fork_server.run(arguments, cwd=self.folder, env=env, typed=given, timeout=SECONDS_TO_WAIT)
        assert done.returncode == 0, done.stderr
        self.output += [done.stdout, done.stderr]
        return done.stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObservedInstallation]:
    """An installation of a paper whose retention for declined letters is 30 days, on each database."""
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
    yield ObservedInstallation(tmp_path, settings, database, stored)
    database.dispose()


def test_the_writer_of_a_letter_is_found_in_no_file_and_no_address(
    installation: ObservedInstallation,
) -> None:
    installation.command(
        "editor", "add", CHIEF, "--name", "Chief", "--role", "chief", "--password-stdin", given=PASSWORD
    )
    with running_server(installation.folder, installation.settings) as server:
        reference = send_letter_with_correction(installation, server)
        provoke_errors(installation, server)
        handle_letter(installation, server, reference)
        policies = load_policies(installation.folder / "paper.toml")
        assert find_traces(installation, installation.stored) == []
        installation.command("backup", "before")
        assert "30 days: 0 letters" in installation.command("purge", "--dry-run")
        assert [
            each.letters for each in purge(installation.database, policies, now() + timedelta(days=31))
        ] == [1]
        assert "30 days: 0 letters" in installation.command("purge")
        installation.command("backup", "after")
        assert server.stop() == 0
        installation.output.append(server.log)
    assert "IntegrityError" in server.log, "the store's refusal was logged"
    assert len(server.unexpected_errors) == 2, "and is told as what nobody foresaw"
    backups = [installation.folder / name for name in ("before", "after")]
    for backup in backups:
        installation.output.append(gzip.decompress(backup.read_bytes()).decode())
    assert find_traces(installation, [*installation.stored, *backups]) == []


def find_traces(installation: ObservedInstallation, places: list[Path]) -> list[str]:
    """Return the places, in files and recorded output, that have a part of the writer's particulars."""
    files = [file for place in places for file in [place, *place.rglob("*")] if file.is_file()]
    found, size = [], 0
    for file in files:
        # PostgreSQL may remove or rename one of its own files meanwhile.
        with suppress(FileNotFoundError):
            content = file.read_bytes().lower()
            size += len(content)
            found += [f"{trace} in {file}" for trace in TRACES if trace.encode() in content]
    assert size > 10_000, "there is something to look through"
    return found + [
        f"{trace} in {output}"
        for output in installation.output
        for trace in TRACES
        if trace in output.lower()
    ]


def record(installation: ObservedInstallation, response: HttpResponse) -> HttpResponse:
    """Record the response's Location header and, for an error page without the form, its text.

    A page with the form shows the writer's own input again, and so holds particulars by design.
    """
    installation.output.append(response.headers.get("Location", ""))
    if response.status >= 400 and not response.soup.select("textarea[name=body]"):
        installation.output.append(response.text)
    return response


def send_letter_with_correction(installation: ObservedInstallation, server: RunningServer) -> str:
    """Send the letter, first with an error in it; return its reference."""
    writer = server.client()
    returned = record(installation, writer.post(FORM, filled_form(writer, **WRITER, body="")))
    assert returned.status == 422
    assert WRITER["email"] in returned.text, "what was typed is still there"
    sent = record(installation, writer.post(FORM, filled_form(writer, **WRITER)))
    assert sent.status == 303
    assert writer.get(sent.headers["Location"]).status == 200
    with installation.database.snapshot() as session:
        return str(session.scalar(text("SELECT reference FROM letters")))


@contextmanager
def rejecting_rows(installation: ObservedInstallation, table: str, condition: str) -> Iterator[None]:
    """Make the database refuse such rows; PostgreSQL's error message then contains the whole row."""
    make = f"ALTER TABLE {table} ADD CONSTRAINT refuse_some CHECK (NOT ({condition})) NOT VALID"
    end = f"ALTER TABLE {table} DROP CONSTRAINT refuse_some"
    if installation.database.is_sqlite:
        make = f"CREATE TRIGGER refuse_some BEFORE INSERT ON {table} WHEN NEW.{condition}"
        make, end = f"{make} BEGIN SELECT RAISE(ABORT, 'refused'); END", "DROP TRIGGER refuse_some"
    with installation.database.transaction() as session:
        session.execute(text(make))
    yield
    with installation.database.transaction() as session:
        session.execute(text(end))


def provoke_errors(installation: ObservedInstallation, server: RunningServer) -> None:
    """Cause errors that might log or show what was sent: a refused row, a bad CSRF token, a query string."""
    writer = server.client()
    with rejecting_rows(installation, "letters", f"headline = '{REFUSED_BY_THE_STORE}'"):
        refused = filled_form(writer, **WRITER, headline=REFUSED_BY_THE_STORE)
        assert record(installation, writer.post(FORM, refused)).status == 500
    no_token = filled_form(writer, **WRITER) | {"csrf_token": "none"}
    assert record(installation, writer.post(FORM, no_token)).status in {400, 422}
    assert record(installation, writer.get(f"/letters/{'x' * 32}?email={WRITER['email']}")).status == 404


def handle_letter(installation: ObservedInstallation, server: RunningServer, reference: str) -> None:
    """As a chief, show the particulars, decline the letter with a message, search and export the writer."""
    chief = server.client()
    sign_in = chief.get("/desk/login").fields() | {"email": CHIEF, "password": PASSWORD}
    assert record(installation, chief.post("/desk/login", sign_in)).status == 303
    letter = f"/desk/letters/{reference}"
    token = {"csrf_token": chief.get(letter).fields()["csrf_token"]}
    assert WRITER["email"] in record(installation, chief.post(f"{letter}/particulars", token)).text
    decline = {
        "version": "1",
        "reason": "space",
        "message": "Not this time.",
        "tell": "message",
        "do": "decline",
    }
    with rejecting_rows(installation, "messages", "kind = 'decision'"):
        assert record(installation, chief.post(f"{letter}/decline", token | decline)).status == 500
    assert record(installation, chief.post(f"{letter}/decline", token | decline)).status == 303
    assert state_of(chief, letter) == "Declined"
    messages = chief.get("/desk/messages")
    assert "n…@example.com" in messages.text
    found = record(installation, chief.post("/desk/writers", token | {"sought": WRITER["email"]}))
    assert f'href="{letter}"' in found.text
    assert (
        record(installation, chief.post("/desk/writers/export", token | {"sought": WRITER["phone"]})).status
        == 200
    )


def state_of(chief: HttpClient, letter: str) -> str:
    return chief.get(letter).soup.select_one(".letter-facts .state").get_text(strip=True)  # type: ignore[union-attr] # else it fails
