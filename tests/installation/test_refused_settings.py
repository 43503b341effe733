"""`lettersdesk run` with wrong settings: it prints what is wrong and exits with code 2."""

import socket
from pathlib import Path

import pytest

from tests.installation.server import run_until_exit
from tests.samples import KEYS, SECRET_KEY

GOOD_POSTGRES = "postgresql+psycopg://letters@127.0.0.1:1/letters"
WRONG = {
    "LETTERSDESK_DATABASE_URL": "mysql://root:hunter2@localhost/letters",
    "LETTERSDESK_SECRET_KEY": "too short",
    "LETTERSDESK_PAPERS": "/no/such/folder",
    "LETTERSDESK_RATE_LIMITS": "maybe",
    "LETTERSDESK_BASE_URL": "letters.example.com",
    "LETTERSDESK_LIMITER_URL": "memcached://localhost",
    "LETTERSDESK_WORKERS": "0",
    "LETTERSDESK_LOG_LEVEL": "loud",
    "LETTERSDESK_METRICS_TOKEN": "hunter2",
}


def test_every_wrong_setting_is_named_in_one_sentence(tmp_path: Path) -> None:
    ended = run_until_exit(tmp_path, WRONG)
    assert ended.returncode == 2
    heading, *sentences = ended.stderr.splitlines()
    assert heading == "Letters Desk can’t start:"
    assert sorted(sentence.split()[0] for sentence in sentences) == sorted(WRONG)
    assert all(sentence.startswith("  ") and sentence.endswith((".", '"')) for sentence in sentences)
    assert "hunter2" not in ended.stderr, "a password is not repeated"
    assert ended.stdout == ""


def test_one_wrong_setting_leaves_nothing_behind(tmp_path: Path) -> None:
    ended = run_until_exit(
        tmp_path, {"LETTERSDESK_RATE_LIMITS": "maybe", "LETTERSDESK_SECRET_KEY": SECRET_KEY}
    )
    assert ended.returncode == 2
    assert "“maybe”; it has to be on or off" in ended.stderr
    assert not (tmp_path / "instance" / "letters.db").exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"LETTERSDESK_DATABASE_URL": GOOD_POSTGRES}, "LETTERSDESK_SECRET_KEY is missing."),
        (
            {"LETTERSDESK_DATABASE_URL": GOOD_POSTGRES, "LETTERSDESK_SECRET_KEY": SECRET_KEY},
            "LETTERSDESK_PARTICULARS_KEY is missing.",
        ),
        ({"LETTERSDESK_PARTICULARS_KEY": "c2hvcnQ="}, "LETTERSDESK_PARTICULARS_KEY is no key: 5 bytes"),
        (
            {"LETTERSDESK_DATABASE_URL": GOOD_POSTGRES, **KEYS},
            "The store can’t be reached",
        ),
        ({"LETTERSDESK_DATABASE_URL": "sqlite:////proc/no/letters.db"}, "The folder /proc/no for the store"),
        ({"LETTERSDESK_INSTANCE": "/proc/no"}, "The folder /proc/no for the store can't be made"),
    ],
    ids=[
        "no key for PostgreSQL",
        "no particulars key for PostgreSQL",
        "no particulars key at all",
        "PostgreSQL away",
        "no folder for SQLite",
        "no folder for the instance",
    ],
)
def test_it_refuses_to_start_with_a_sentence(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    ended = run_until_exit(tmp_path, settings)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_mistake_in_a_paper_is_named_with_its_line(tmp_path: Path) -> None:
    paper = tmp_path / "paper.toml"
    paper.write_text('[paper]\nslug = "Not A Slug"\n', encoding="utf-8")
    ended = run_until_exit(tmp_path, {"LETTERSDESK_PAPERS": str(paper)})
    assert ended.returncode == 2
    assert f"{paper}:2: paper.slug: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_store_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "letters.db").write_bytes(b"These are no tables. " * 500)
    ended = run_until_exit(tmp_path)
    assert ended.returncode == 2
    assert "The store can’t be " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run_until_exit(tmp_path, port=port)
    assert ended.returncode == 2
    assert str(port) in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == "", "it does not say that it serves"
