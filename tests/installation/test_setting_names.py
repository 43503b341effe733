"""Environment variables that look like settings and are none: refused, with the name that is likely meant."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.test_store_errors import COMMAND_LINES
from webapp.cli import main
from webapp.installation.setting_names import SETTING_NAMES, unknown_setting_errors
from webapp.installation.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("LETTERSDESK_DATABASE", "LETTERSDESK_DATABASE_URL"),
        ("LETTERSDESK_DATABASEURL", "LETTERSDESK_DATABASE_URL"),
        ("LETTERSDESK_DATABASE_URI", "LETTERSDESK_DATABASE_URL"),
        ("LETTERSDESK_INSTANCE_FOLDER", "LETTERSDESK_INSTANCE"),
        ("LETTERSDESK_PAPER", "LETTERSDESK_PAPERS"),
        ("LETTERSDESK_PARTICULAR_KEY", "LETTERSDESK_PARTICULARS_KEY"),
        ("LETTERSDESK_SMTP", "LETTERSDESK_SMTP_URL"),
        ("LETTERSDESK_TRUSTED_PROXY", "LETTERSDESK_TRUSTED_PROXIES"),
        ("lettersdesk_database_url", "LETTERSDESK_DATABASE_URL"),
        ("LETTERS_DESK_PAPERS", "LETTERSDESK_PAPERS"),
        ("LETTERDESK_PAPERS", "LETTERSDESK_PAPERS"),
        ("LETTERSDESK-PAPERS", "LETTERSDESK_PAPERS"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_likely_one(name: str, likely: str) -> None:
    (sentence,) = unknown_setting_errors({name: "hunter2"})
    assert sentence == f"{name} is no setting of this version. Is {likely} meant?"


def test_a_name_that_is_like_none_is_refused_with_all_that_there_are() -> None:
    (sentence,) = unknown_setting_errors({"LETTERSDESK_HOST": "127.0.0.1"})
    assert all(name in sentence for name in SETTING_NAMES)


def test_settings_and_names_of_others_are_left_alone() -> None:
    of_kubernetes = {
        "LETTERSDESK_SERVICE_HOST": "10.0.0.11",
        "LETTERSDESK_SERVICE_PORT": "80",
        "LETTERSDESK_SERVICE_PORT_HTTP": "80",
        "LETTERSDESK_PORT": "tcp://10.0.0.11:80",
        "LETTERSDESK_PORT_80_TCP": "tcp://10.0.0.11:80",
        "LETTERSDESK_PORT_80_TCP_ADDR": "10.0.0.11",
    }
    others = {"DATABASE_URL": "mysql://db/letters", "LETTERS": "1", "PATH": "/usr/bin"}
    assert unknown_setting_errors(dict.fromkeys(SETTING_NAMES, "") | of_kubernetes | others) == []
    assert unknown_setting_errors({"LETTERSDESK_PORT": "8000"}), "somebody means the option --port"


def test_nothing_is_created_where_a_name_is_misspelt(empty_folder: Path) -> None:
    with pytest.raises(SettingsError, match="Is LETTERSDESK_INSTANCE meant"):
        read_settings({"LETTERSDESK_INSTANCES": "elsewhere"})
    assert list(empty_folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [*COMMAND_LINES, ("check", "letter.txt"), ("paper", "check", "paper.toml"), ("demo",)],
    ids=" ".join,
)
def test_every_command_that_reads_a_setting_refuses(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    for name in ("letter.eml", "letters.mbox", "letters.csv", "letter.txt", "paper.toml"):
        (empty_folder / name).write_text("body\nP\n", encoding="utf-8")
    monkeypatch.setenv("LETTERSDESK_DATABASE", "sqlite:////var/lib/letters/letters.db")
    arguments = (each.format(port=8000) for each in COMMAND_LINES.get(words, ()))
    result = CliRunner().invoke(main, [*words, *arguments], input="password")
    assert result.exit_code == 2
    assert "Is LETTERSDESK_DATABASE_URL meant?" in result.stderr
    assert not (empty_folder / "instance").exists()
