"""`lettersdesk import csv`: separators, encodings, headers, booleans, dates, and errors in files and rows."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tests.cli.import_files import ROW, csv_text, outcomes, run_import, stored_letters
from tests.samples import BODY, KEYS
from webapp.cli.output import EXIT_GAVE_UP
from webapp.cli.spreadsheet import Row, open_sheet
from webapp.installation.clock import now
from webapp.rules.submission import Submission
from webapp.store.models import Channel


@pytest.fixture(autouse=True)
def work_folder(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, empty, with the keys of an installation in the environment."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return empty_folder


def write(text: str | bytes) -> str:
    Path("letters.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return "letters.csv"


def test_rows_are_letters() -> None:
    file = write(csv_text([ROW, {**ROW, "phone": ""}, {**ROW, "headline": "Buses"}]))
    result = run_import("csv", file)
    # A row takes four lines: body and address contain line breaks.
    assert [line for line in result.stdout.splitlines() if "✗" not in line] == [
        f"letters.csv:2: stored {stored_letters()[0].reference[:4]}-{stored_letters()[0].reference[4:]}",
        "letters.csv:6: returned",
        f"letters.csv:10: stored {stored_letters()[1].reference[:4]}-{stored_letters()[1].reference[4:]}",
    ]
    assert result.exit_code == 1
    assert [(letter.headline, letter.channel) for letter in stored_letters()] == [
        ("Trams", Channel.IMPORT),
        ("Buses", Channel.IMPORT),
    ]
    assert stored_letters()[0].body == BODY
    again = run_import("csv", file, "--json")
    assert [outcome for _, outcome in outcomes(again)] == ["already_here", "returned", "already_here"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_whatever_a_spreadsheet_program_writes(separator: str, encoding: str) -> None:
    rows = [{**ROW, "body": f"{BODY}\nOne, two; three\tfour | five.", "name": "Zoë Chan"}]
    result = run_import("csv", write(csv_text(rows, delimiter=separator).encode(encoding)))
    assert result.exit_code == 0, result.output
    assert stored_letters()[0].body.endswith("One, two; three\tfour | five.")


def test_the_order_of_the_columns_and_what_parts_them_make_no_other_letter() -> None:
    run_import("csv", write(csv_text([ROW])))
    turned = dict(reversed(ROW.items())) | {"interest": "", "received_at": ""}
    assert outcomes(run_import("csv", write(csv_text([turned], delimiter=";")), "--json")) == [
        ("letters.csv:2", "already_here")
    ]


def test_excels_own_line_says_what_parts_the_columns() -> None:
    assert outcomes(run_import("csv", write(f"sep=;\r\n{csv_text([ROW], delimiter=';')}"), "--json")) == [
        ("letters.csv:3", "stored")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no first row that names its columns"),
        ("Ann,1 Main Street\nBob,2 Main Street\n", "its first row names no field of the form"),
        ("name,body,Telefon,Ort\na,b,c,d\n", "no field of the form is called “Telefon”, “Ort”"),
        ("name,body,Name\na,b,c\n", "it has more than one column “name”"),
        ('name,body\na,b\nc,"d\n', "from line 3 on it can’t be told apart: unexpected end of data"),
        ('name,body\na,"b"c\n', "from line 2 on it can’t be told apart"),
        (b"name,body\nZo\xeb,b\n", "it is not UTF-8 text; save it as “CSV UTF-8”"),
    ],
)
def test_what_can_not_be_understood_is_refused_before_anything_is_stored(
    text: str | bytes, said: str
) -> None:
    result = run_import("csv", write(text))
    assert (result.exit_code, said in result.stderr, result.stdout) == (2, True, ""), result.stderr
    assert not Path("instance/letters.db").exists()


def test_no_row_is_stored_where_a_later_one_can_not_be_told_apart() -> None:
    result = run_import("csv", write(csv_text([ROW]) + '"never closed,\n'))
    assert (result.exit_code, result.stdout) == (2, "")
    assert not Path("instance/letters.db").exists()


def test_columns_that_nobody_knows_are_left_out_where_that_is_asked_for() -> None:
    rows = [{**ROW, "Form version": "3", "": "x"}]
    assert "“Form version”" in run_import("csv", write(csv_text(rows))).stderr
    assert outcomes(run_import("csv", "letters.csv", "--leave-out-unknown", "--json")) == [
        ("letters.csv:2", "stored")
    ]


def test_answers_stand_in_columns_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("Body,Answer-Age,answer-local\nTrams,17,yes\n", encoding="utf-8")
    rows = list(open_sheet(path, ignore_unknown_columns=False).rows(ZoneInfo("Asia/Hong_Kong")))
    assert [row.submission.answers for row in rows if isinstance(row, Row)] == [{"age": "17", "local": "yes"}]


def test_a_column_for_a_question_that_is_not_asked_is_refused_before_anything_is_stored() -> None:
    rows = [{**ROW, "answer-age": "17"}]
    refused = run_import("csv", write(csv_text(rows)))
    assert refused.exit_code == EXIT_GAVE_UP
    assert "the paper asks no question for “answer-age”. Rename what is meant" in refused.stderr
    assert outcomes(run_import("csv", "letters.csv", "--leave-out-unknown", "--json")) == [
        ("letters.csv:2", "stored")
    ]


def test_empty_rows_and_columns_are_nothing() -> None:
    text = csv_text([ROW]).replace("consent", "consent,,", 1).replace(",x\r\n", ",x,,,,\r\n", 1)
    result = run_import("csv", write(f"{text},,,,\r\n\r\n"), "--json")
    assert outcomes(result) == [("letters.csv:2", "stored")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"exclusive": "maybe"}, "“exclusive” has to be yes or no, and is “maybe”"),
        ({"received_at": "3/4/2026"}, "“received_at” has to be like 2026-03-14T12:00, and is “3/4/2026”"),
    ],
)
def test_a_row_that_can_not_be_read_does_not_end_it(row: dict[str, str], why: str) -> None:
    wrong = {**ROW, "received_at": ""} | row
    right = {**ROW, "received_at": ""}
    result = run_import("csv", write(csv_text([wrong, right])))
    assert f"letters.csv:2: unreadable: {why}\n" in result.stdout
    assert result.exit_code == 2
    assert len(stored_letters()) == 1


def test_what_stands_beside_the_columns_is_not_lost_in_silence() -> None:
    result = run_import("csv", write("name,body\na,b,c\n"))
    assert "unreadable: it has 3 columns, the first row 2" in result.stdout
    result = run_import("csv", write("name,,body\na,b,c\n"))
    assert "unreadable: something stands in a column that has no name" in result.stdout


@pytest.mark.parametrize(
    ("cell", "ticked"),
    [
        *((cell, True) for cell in ("true", "TRUE", "Yes", "1", "x", " X ", "on")),
        *((cell, False) for cell in ("", "false", "No", "0", " ")),
    ],
)
def test_ticks(cell: str, *, ticked: bool) -> None:
    run_import("csv", write(csv_text([{**ROW, "exclusive": cell}])))
    assert stored_letters()[0].exclusive is ticked


@pytest.mark.parametrize(
    ("cell", "received_at"),
    [
        ("2026-03-14", datetime(2026, 3, 13, 16, tzinfo=UTC)),
        ("2026-03-14T12:00", datetime(2026, 3, 14, 4, tzinfo=UTC)),
        ("2026-03-14 12:00:00Z", datetime(2026, 3, 14, 12, tzinfo=UTC)),
        ("2026-03-14T12:00:00+01:00", datetime(2026, 3, 14, 11, tzinfo=UTC)),
    ],
)
def test_when_it_was_received(cell: str, received_at: datetime) -> None:
    run_import("csv", write(csv_text([{**ROW, "received_at": cell}])))
    assert stored_letters()[0].received_at == received_at


def test_a_row_without_a_moment_is_of_the_present_one() -> None:
    before = now()
    run_import("csv", write(csv_text([{**ROW, "received_at": ""}])))
    assert before <= stored_letters()[0].received_at <= now()


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2999-01-01", "2999-01-01T00:00, in the future"),
        ("in five minutes", "in the future"),
        ("1970-01-01", "1970-01-01T00:00, before 1990"),
        ("0001-01-01T00:00+14:00", "before 1990"),
        ("9999-12-31", "in the future"),
    ],
)
def test_a_moment_that_can_not_be_is_refused(cell: str, why: str, options: tuple[str, ...]) -> None:
    if cell == "in five minutes":
        cell = (now() + timedelta(minutes=5)).isoformat()
    result = run_import("csv", write(csv_text([{**ROW, "received_at": cell}])), *options)
    assert (result.exit_code, stored_letters()) == (2, [])
    assert "unreadable: “received_at” is " in result.stdout
    assert result.stdout.endswith(f"{why}\n")


def test_a_text_longer_than_the_library_takes_by_itself() -> None:
    result = run_import("csv", write(csv_text([{**ROW, "body": "word " * 50_000}])))
    assert "Your letter has 50,000 words" in result.stdout


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
SUBMISSIONS = st.builds(
    Submission,
    **{
        field.name: st.booleans() if field.type is bool else TEXT
        for field in dataclasses.fields(Submission)
        if field.name != "answers"
    },
    answers=st.fixed_dictionaries({"age": TEXT}),
)


@given(
    submissions=st.lists(SUBMISSIONS, min_size=1, max_size=4),
    separator=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "utf-16"]),
)
def test_submissions_written_as_a_sheet_are_read_back(
    tmp_path: Path, submissions: list[Submission], separator: str, encoding: str
) -> None:
    path = tmp_path / "sheet.csv"
    rows = [
        {name: value if isinstance(value, str) else str(value) for name, value in fields.items()}
        | {f"answer-{key}": answer for key, answer in answers.items()}
        for fields in map(dataclasses.asdict, submissions)
        for answers in [fields.pop("answers")]
    ]
    path.write_bytes(csv_text(rows, delimiter=separator).encode(encoding))
    read = list(open_sheet(path, ignore_unknown_columns=False).rows(ZoneInfo("Asia/Hong_Kong")))
    assert [row.submission for row in read if isinstance(row, Row)] == submissions
