"""README and documents: their commands, settings, metrics and policies work as they are printed."""

import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.import_files import ROW, csv_text, mail
from tests.installation.server import clean_environment, free_port, wait_until
from tests.samples import BODY, PARTICULARS, PARTICULARS_KEY, PASSWORD, SEAL, SECRET_KEY, letter
from webapp.cli import COMMANDS, main
from webapp.installation.clock import now
from webapp.installation.papers import STARTER_POLICY
from webapp.installation.server import GRACEFUL_TIMEOUT
from webapp.installation.setting_names import SETTING_NAMES
from webapp.letters.intake.intake import Arrival, Intake
from webapp.letters.intake.new_letter import REFERENCE_ALPHABET
from webapp.rules.policy import reading
from webapp.rules.policy.loading import load_policy, parse_policy
from webapp.rules.policy.localized_text import LocalizedText
from webapp.rules.policy.sections.length import LengthUnit
from webapp.store.database import Database
from webapp.store.models import Channel

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "webapp" / "docs").glob("*.md")}
OPERATIONS, POLICY, IMPORT = (DOCUMENTS[f"{name}.md"] for name in ("operations", "policy", "import-and-api"))
RETURNED_OR_STORED = {0, 1}
REFERENCE = "KR7X2MQF"
"""The letter that the documents look for."""


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a document in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(text: str) -> Iterator[list[str]]:
    """Give the words of each `lettersdesk` command in a document's shell blocks."""
    for block in blocks(text, "sh"):
        for line in block.splitlines():
            if line.startswith("lettersdesk "):
                yield shlex.split(line, comments=True)[1:]


@pytest.fixture
def desk(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the documents' commands name, and a store with the letter they name."""
    (empty_folder / "our-paper.toml").write_text(blocks(POLICY, "toml")[0], encoding="utf-8")
    monkeypatch.setenv("LETTERSDESK_PAPERS", "our-paper.toml")
    monkeypatch.setenv("HOME", str(empty_folder))
    (empty_folder / "letter.txt").write_text(BODY, encoding="utf-8")
    (empty_folder / "letter.json").write_text('{"body": "Trams are slow."}', encoding="utf-8")
    (empty_folder / "letter.eml").write_bytes(mail())
    maildir = empty_folder / "Maildir"
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "new" / "1").write_bytes(mail(2))
    (empty_folder / "letters.mbox").write_bytes(b"From jo@example.com Tue Mar  3 10:00:00 2026\n" + mail(3))
    (empty_folder / "letters.csv").write_text(csv_text([ROW]), encoding="utf-8")
    monkeypatch.setenv("LETTERSDESK_PARTICULARS_KEY", PARTICULARS_KEY)
    CliRunner().invoke(main, ["migrate"], catch_exceptions=False)
    _store_a_letter()
    return empty_folder


def _store_a_letter() -> None:
    """Store a letter of Jo's, with the reference that the documents name."""
    database = Database("sqlite:///instance/letters.db", SEAL)
    policy = load_policy(Path("our-paper.toml"))
    submission = letter(
        **PARTICULARS | {"email": "jo@example.com", "category": "right-of-reply"},
        body=" ".join([BODY] * 3),
        exclusive=True,
        consent=True,
        article_headline="Trams",
        article_date=str((now() - timedelta(days=1)).date()),
    )
    arrival = Arrival(channel=Channel.FORM, at=now())
    number = sum(
        REFERENCE_ALPHABET.index(character) * len(REFERENCE_ALPHABET) ** place
        for place, character in enumerate(REFERENCE)
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("secrets.randbelow", lambda _below: number)
        assert Intake(database, SECRET_KEY).receive(submission, policy, arrival).reference == REFERENCE
    database.dispose()


@pytest.mark.parametrize("words", list(commands(OPERATIONS + IMPORT)), ids=" ".join)
def test_a_command_in_the_documents_runs(
    desk: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    if words[0] == "restore":
        assert runner.invoke(main, ["backup", words[1]]).exit_code == 0
        monkeypatch.setenv("LETTERSDESK_DATABASE_URL", f"sqlite:///{desk / 'empty.db'}")
    if words[:2] == ["api-key", "end"]:
        assert runner.invoke(main, ["api-key", "add", "The web site"]).exit_code == 0
    result = runner.invoke(main, [os.path.expanduser(word) for word in words])  # noqa: PTH111 -- as a shell does
    assert result.exit_code in RETURNED_OR_STORED, result.output


def test_the_unit_of_the_backups_makes_one_and_removes_those_older_than_thirty_days(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (unit,) = (block for block in blocks(OPERATIONS, "ini") if "ExecStartPost" in block)
    old, young = desk / "backups" / "old.backup", desk / "backups" / "young.backup"
    old.parent.mkdir()
    for file, days in ((old, 32), (young, 29)):
        file.touch()
        age = (now() - timedelta(days=days)).timestamp()
        os.utime(file, (age, age))
    for command in re.findall(r"^Exec\w+=(.*)$", unit, flags=re.MULTILINE):
        # As systemd reads it.
        words = shlex.split(command.replace("$$", "$").replace("%%", "%"))
        words = [word.replace("/opt/letters/bin", str(Path(sys.executable).parent)) for word in words]
        subprocess.run(words, cwd=desk, check=True, capture_output=True)
    (made,) = set(old.parent.iterdir()) - {young}
    assert made.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", f"sqlite:///{desk / 'empty.db'}")
    assert CliRunner().invoke(main, ["restore", str(made)]).exit_code == 0


def test_a_paper_is_set_up_by_the_readme_alone(empty_folder: Path) -> None:
    (block,) = (block for block in blocks(README, "sh") if "paper new" in block)
    _, _, *lines = block.splitlines()  # the first two install the package, which `.ci/wheel` tries
    port = free_port()
    script = "\n".join(["set -e", *lines]).replace("--port 8000", f"--port {port}")
    environment = clean_environment() | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=empty_folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    ) as shell:
        assert shell.stdin
        shell.stdin.write(f"{PASSWORD}\n{PASSWORD}\n")
        shell.stdin.flush()
        try:
            wait_until(lambda: _shows_form(port), "the form is served")
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
    policy = load_policy(empty_folder / "our-paper.toml")
    assert policy.paper.slug == "our-paper"
    assert (empty_folder / "instance" / "letters.db").exists()


def _shows_form(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return "Our Paper" in answer.read().decode()
    except OSError:
        return False


def test_one_line_of_the_readme_tests_the_product_and_both_install_what_was_tested() -> None:
    assert len(re.findall(r"^.*\.venv/bin/pytest.*$", README, flags=re.MULTILINE)) == 1
    installing = re.findall(r"^.*/pip install .*$", README + OPERATIONS, flags=re.MULTILINE)
    assert installing
    for line in installing:
        assert "--constraint .ci/constraints.txt" in line
    assert (ROOT / ".ci" / "constraints.txt").exists()


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 180


def test_every_command_is_in_a_document_or_explains_itself() -> None:
    documents = "".join((README, *DOCUMENTS.values()))
    missing = [name for name in COMMANDS if f"lettersdesk {name}" not in documents]
    assert missing == []


def _tables_of_a_policy() -> set[str]:
    code = Path(reading.__file__).read_text(encoding="utf-8")
    # A policy has [words] or [length].
    return {"words", *re.findall(r'document\.(?:table|array)\("(\w+)"', code)}


def test_the_policy_in_the_document_is_valid_and_shows_every_table() -> None:
    shown, questions, length = blocks(POLICY, "toml")
    policy = parse_policy(shown, "policy.md")
    assert parse_policy(shown + questions, "policy.md").questions
    paper, _rest = shown.split("[words]")
    assert parse_policy(paper + length, "policy.md").length.unit is LengthUnit.LINES
    assert policy.frequency[0].months == 2
    assert policy.elections[0].roles_barred == (
        LocalizedText.plain("candidate"),
        LocalizedText.plain("campaign staff"),
    )
    assert policy.retention_days
    assert set(tomllib.loads(shown)) == _tables_of_a_policy()


def test_the_starter_policy_names_every_table_and_is_valid_with_all_that_it_offers() -> None:
    starter = STARTER_POLICY.read_text(encoding="utf-8")
    assert load_policy(STARTER_POLICY).paper.title == "Our Paper"
    # Every setting that is off stands behind "# ", as it would stand without.
    offered = re.sub(r"^# (\[+[\w.-]+\]+.*|[a-z_]+ = .*)$", r"\1", starter, flags=re.MULTILINE)
    parse_policy(offered, "all settings of the starter policy")
    assert set(tomllib.loads(offered)) == _tables_of_a_policy()
    shown, *_others = blocks(POLICY, "toml")
    assert _keys(tomllib.loads(offered)) >= _keys(tomllib.loads(shown)) - _keys_of_categories(shown)


def _keys(table: dict[str, object], prefix: str = "") -> set[str]:
    """Return the dotted names of all settings, those of an array of tables once."""
    found: set[str] = set()
    for key, value in table.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        found |= _keys(inner, f"{prefix}{key}.") if isinstance(inner, dict) else {f"{prefix}{key}"}
    return found


def _keys_of_categories(shown: str) -> set[str]:
    keys = _keys(tomllib.loads(shown))
    return {key for key in keys if key.startswith("categories.")} | {"frequency.months"}


def test_every_setting_is_explained() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "webapp").rglob("*.py"))
    settings = set(re.findall(r"LETTERSDESK_[A-Z]+(?:_[A-Z]+)*", code))
    explained = set(re.findall(r"^\| `(LETTERSDESK_[A-Z_]+)`", OPERATIONS, flags=re.MULTILINE))
    assert settings | SETTING_NAMES == explained


def test_every_metric_is_explained_and_there_is_no_other(app: Flask) -> None:
    exposed = text_string_to_metric_families(app.test_client().get("/metrics").text)
    # prometheus_client adds the time of creation of each counter, where one process serves alone.
    families = [family for family in exposed if not family.name.endswith("_created")]
    names = {f"{family.name}{'_total' if family.type == 'counter' else ''}" for family in families}
    assert set(re.findall(r"`(lettersdesk_[a-z_]+)`", OPERATIONS)) == names


def test_the_service_and_the_proxy_leave_the_product_room() -> None:
    (stops_within,) = re.findall(r"^TimeoutStopSec=(\d+)$", OPERATIONS, flags=re.MULTILINE)
    assert int(stops_within) > GRACEFUL_TIMEOUT
    (port,) = re.findall(r"^ExecStart=.* run --port (\d+)$", OPERATIONS, flags=re.MULTILINE)
    assert f"proxy_pass http://127.0.0.1:{port};" in OPERATIONS


def test_the_service_has_no_rights_that_the_product_does_not_use() -> None:
    """Keep the unit at 1.4 (“OK”) for `systemd-analyze security --offline=yes`, which isn't everywhere."""
    unit = {line.strip() for line in blocks(OPERATIONS, "ini")[0].splitlines()}
    switches = (
        "NoNewPrivileges PrivateDevices PrivateTmp PrivateIPC ProtectHome ProtectClock ProtectControlGroups"
        " ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables LockPersonality"
        " MemoryDenyWriteExecute RemoveIPC RestrictNamespaces RestrictRealtime RestrictSUIDSGID"
    )
    assert {f"{name}=yes" for name in switches.split()} <= unit
    assert {
        "UMask=0077",
        "StateDirectoryMode=0700",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectProc=invisible",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged @resources",
    } <= unit


WRITTEN = (ROOT / "README.md", *(ROOT / "webapp" / "docs").glob("*.md"), *(ROOT / ".github").rglob("*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        file = path.parent / target if target else path
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
            assert anchor in anchors
