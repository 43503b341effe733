"""`lettersdesk check`, `count` and `paper check`: verdicts on files of all kinds, and exit codes."""

import json
import mailbox
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.import_files import mail
from tests.samples import BODY, PARTICULARS
from webapp.cli import main

GOOD = {**PARTICULARS, "body": BODY, "exclusive": True, "consent": True}

pytestmark = pytest.mark.usefixtures("empty_folder")


def lettersdesk(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def test_a_letter_that_meets_the_rules() -> None:
    result = lettersdesk("check", "-", "--json", stdin=json.dumps(GOOD))
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"source": "-", "accepted": True, "word_count": 17, "findings": []}


def test_a_finding_has_its_numbers_beside_the_sentence() -> None:
    result = lettersdesk("check", "-", "--json", stdin=json.dumps(GOOD | {"body": "word " * 437}))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["findings"] == [
        {
            "code": "body.too_long",
            "field": "body",
            "severity": "refusal",
            "message": "Your letter has 437 words; the limit is 400: cut 37.",
            "limit": 400,
            "actual": 437,
        }
    ]


def test_for_people() -> None:
    result = lettersdesk("check", "-", stdin=json.dumps(GOOD | {"phone": ""}))
    assert result.stdout.splitlines() == [
        "-: returned, 17 words",
        "  ✗ phone.missing: Enter a phone number at which we can reach you.",
    ]


def test_a_letter_a_line() -> None:
    lines = "\n".join(json.dumps(GOOD | {"name": name}) for name in ("Ada King", "", "Bo Li"))
    result = lettersdesk("check", "-", "--json", stdin=lines + "\n")
    verdicts = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["source"], each["accepted"]) for each in verdicts] == [
        ("-:1", True),
        ("-:2", False),
        ("-:3", True),
    ]
    assert result.exit_code == 1


def test_a_letter_over_several_lines_of_json() -> None:
    assert lettersdesk("check", "-", stdin=json.dumps(GOOD, indent=2)).exit_code == 0


def test_a_bare_text_is_the_letter_and_nothing_else() -> None:
    result = lettersdesk("check", "-", "--json", stdin="Sir,\n\nThe tram: a word for it.")
    verdict = json.loads(result.stdout)
    assert verdict["word_count"] == 7
    assert [each["code"] for each in verdict["findings"] if each["severity"] == "refusal"] == [
        "name.missing",
        "email.missing",
        "phone.missing",
        "address.missing",
    ]


def test_a_message(empty_folder: Path) -> None:
    message = (
        "From: =?utf-8?q?Zo=C3=AB_Chan?= <zoe@example.com>\r\nSubject: On trams\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "The tram is slow – good.\r\n"
    )
    (empty_folder / "letter.eml").write_bytes(message.encode())
    verdict = json.loads(lettersdesk("check", "letter.eml", "--json").stdout)
    assert verdict["word_count"] == 5
    assert not {"name.missing", "email.missing", "body.missing"} & {
        each["code"] for each in verdict["findings"]
    }


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        ('{"body": ', "-: not JSON"),
        ('{"body": ["a"]}', "-: “body” has to be text"),
        ('{"body": "a"}\n{"body": nonsense}\n', "-:2: not JSON"),
        (b"\xff\xfe\xfa", "-: not UTF-8 text, at byte 0"),
    ],
)
def test_what_can_not_be_read(stdin: str | bytes, said: str) -> None:
    result = lettersdesk("check", "-", stdin=stdin)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_that_is_not_there_does_not_stop_the_others(empty_folder: Path) -> None:
    (empty_folder / "good.json").write_text(json.dumps(GOOD), encoding="utf-8")
    result = lettersdesk("check", "missing.json", "good.json")
    assert result.exit_code == 2
    assert "missing.json: No such file" in result.stderr
    assert "good.json: accepted" in result.stdout


def test_an_unknown_paper() -> None:
    result = lettersdesk("check", "-", "--paper", "courier", stdin="x")
    assert result.exit_code == 2
    assert "There is no paper “courier”; served here: harbour-herald." in result.stderr


@pytest.mark.parametrize(("text", "words"), [("", 0), ("one – two", 2), ("one--two", 2), ("香港", 2)])
def test_count(empty_folder: Path, text: str, words: int) -> None:
    (empty_folder / "text").write_text(text, encoding="utf-8")
    assert lettersdesk("count", "text").stdout == f"{words}\n"
    assert lettersdesk("count", "-", stdin=text).stdout == f"{words}\n"
    assert lettersdesk("count", stdin=text).stdout == f"{words}\n"


def test_a_sound_policy(empty_folder: Path) -> None:
    text = '[paper]\nslug="a"\ntitle="A"\ncountry="HK"\ntime_zone="Asia/Hong_Kong"\n[words]\nmaximum=9\n'
    (empty_folder / "a.toml").write_text(text, encoding="utf-8")
    assert lettersdesk("paper", "check", "a.toml").exit_code == 0


def test_an_unsound_policy(empty_folder: Path) -> None:
    (empty_folder / "a.toml").write_text("[paper]\nslug = 3\n", encoding="utf-8")
    result = lettersdesk("paper", "check", "a.toml")
    assert result.exit_code == 1
    assert "a.toml:2: paper.slug: has to be a text in quotes that isn't empty, not 3" in result.stderr


def test_many_messages_in_a_file_and_in_a_folder(empty_folder: Path) -> None:
    box = mailbox.mbox(empty_folder / "Inbox")
    (empty_folder / "in").mkdir()
    for number in range(2):
        box.add(mail(number))
        (empty_folder / "in" / f"{number}.eml").write_bytes(mail(number))
    box.close()
    (empty_folder / "in" / "empty.eml").touch()
    result = lettersdesk("check", "Inbox", "in")
    assert [line for line in result.stdout.splitlines() if not line.startswith(" ")] == [
        "Inbox:1: accepted, 17 words",
        "Inbox:2: accepted, 17 words",
        "in/0.eml: accepted, 17 words",
        "in/1.eml: accepted, 17 words",
    ]
    assert result.stderr == "in/empty.eml: empty\n"
    assert result.exit_code == 2


def test_json_that_is_nested_too_deeply_can_not_be_read() -> None:
    result = lettersdesk("check", "-", stdin='{"body": ' + "[" * 200_000)
    assert result.exit_code == 2
    assert result.output == "-: not JSON that can be read: too deeply nested\n"
