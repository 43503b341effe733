"""`lettersdesk similar`: stored letters that share passages with a text in a file or with a stored letter."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.letters.similar.test_similar_letters import BENCH, FERRY, count_queued, index_all, receive
from tests.samples import HERALD, KEYS, PARTICULARS, SEAL, SECRET_KEY
from webapp.cli import main, similar as similar_command
from webapp.letters.intake.intake import Intake
from webapp.store.database import Database
from webapp.store.schema import migrate

NOTHING = "No letter shares passages with it.\n"


@pytest.fixture
def database(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The empty database of an installation."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    url = f"sqlite:///{empty_folder / 'letters.db'}"
    monkeypatch.setenv("LETTERSDESK_DATABASE_URL", url)
    database = Database(url, SEAL)
    migrate(database)
    yield database
    database.dispose()


@pytest.fixture
def letters(database: Database) -> list[str]:
    """The references of three letters that wait for the passage index; two of them share a passage."""
    intake = Intake(database, SECRET_KEY)
    return [
        receive(intake, f"{FERRY}\n\n{BENCH}"),
        receive(intake, FERRY.replace(", ", " –\n"), withhold_name=True, withhold_reason="My employer"),
        receive(intake, "Of nothing that anybody else has written of."),
    ]


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ("similar", *arguments), input=stdin)


def grouped(reference: str) -> str:
    return f"{reference[:4]}-{reference[4:]}"


def test_a_file_is_compared_with_all_letters(letters: list[str], empty_folder: Path) -> None:
    begins = BENCH.partition(" does")[0]
    (empty_folder / "letter.txt").write_text(f"Sir,\n\n{FERRY}\n\nBut {begins}", encoding="utf-8")
    result = run("letter.txt")
    assert result.exit_code == 0
    first, second = FERRY.removesuffix("."), FERRY.replace(", ", " – ").removesuffix(".")
    assert result.stdout.splitlines() == [
        f"{grouped(letters[0])} The Harbour Herald, 2026-03-14, received, Chan Tai-man: 57 of 80 words",
        f"  41 words: “{first}”",
        f"  16 words: “{begins}”",
        f"{grouped(letters[1])} The Harbour Herald, 2026-03-14, received, name withheld: 41 of 41 words",
        f"  41 words: “{second}”",
    ]


def test_contact_particulars_are_never_printed(letters: list[str]) -> None:
    printed = run(letters[0]).output + run("-", "--json", stdin=FERRY).output
    hidden = {name: PARTICULARS[name] for name in ("email", "phone", "address")}
    assert printed.count("name withheld") == 1
    assert not [name for name, value in hidden.items() if value in printed]
    assert "+852" not in printed


def test_a_letter_is_named_as_people_write_references(letters: list[str]) -> None:
    for written in (letters[0], f" {grouped(letters[0]).lower()} ", " ".join(letters[0])):
        result = run(written)
        assert (result.exit_code, result.stdout.count(" of 41 words")) == (0, 1)
        assert grouped(letters[0]) not in result.stdout
    assert run(letters[2]).stdout == NOTHING


def test_each_letter_found_is_an_object_a_line(letters: list[str]) -> None:
    result = run("-", "--json", stdin=json.dumps({"body": FERRY, "name": "Jo"}))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["reference"] for each in found] == [letters[1], letters[0]]
    assert found[0] == {
        "source": "-",
        "reference": letters[1],
        "paper": "harbour-herald",
        "received_at": "2026-03-14T12:00:00+00:00",
        "state": "received",
        "name": "",
        "name_withheld": True,
        "words_shared": 41,
        "words": 41,
        "passages": [
            {
                "words": 41,
                "given": FERRY.removesuffix("."),
                "stored": FERRY.replace(", ", " –\n").removesuffix("."),
            }
        ],
    }
    assert (found[1]["name"], found[1]["name_withheld"]) == ("Chan Tai-man", False)


@pytest.mark.usefixtures("letters")
def test_a_file_of_several_letters_tells_them_apart() -> None:
    lines = "\n".join(json.dumps({"body": body}) for body in (BENCH, "Nothing of the kind at all."))
    result = run("-", stdin=f"{lines}\n")
    assert [line for line in result.stdout.splitlines() if line.startswith("-")] == ["-:1:", "-:2:"]
    assert result.stdout.endswith(NOTHING)
    as_json = run("-", "--json", stdin=f"{lines}\n")
    assert [json.loads(line)["source"] for line in as_json.stdout.splitlines()] == ["-:1"]


@pytest.mark.usefixtures("database")
def test_a_store_without_letters() -> None:
    result = run("-", stdin=FERRY)
    assert (result.exit_code, result.stdout) == (0, NOTHING)
    assert run("-", "--json", stdin=FERRY).stdout == ""


@pytest.mark.parametrize(
    ("source", "stdin", "said"),
    [
        ("letter.txt", "", "There is no file “letter.txt”, and no letter with that reference."),
        ("2346789B", "", "no letter with that reference"),
        ("x" * 5000, "", "no letter with that reference"),
        ("-", '{"body": ', "-: not JSON"),
    ],
)
@pytest.mark.usefixtures("letters")
def test_what_can_not_be_read_or_found(source: str, stdin: str, said: str) -> None:
    result = run(source, stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_many_letters_that_wait_are_left_to_the_worker(
    database: Database, letters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar_command, "MAX_INDEXED", 2)
    result = run(letters[0])
    assert (result.exit_code, result.stdout) == (0, NOTHING)
    assert "3 letters are not compared yet" in result.stderr
    assert count_queued(database) == 3
    index_all(database)
    assert grouped(letters[1]) in run(letters[0]).stdout


def test_a_letter_to_a_paper_that_is_served_no_more_is_found(database: Database, letters: list[str]) -> None:
    gone = dataclasses.replace(HERALD, paper=dataclasses.replace(HERALD.paper, slug="gone"))
    reference = receive(Intake(database, SECRET_KEY), FERRY, gone)
    assert f"{grouped(reference)} gone, 2026-03-14" in run(letters[0]).stdout
