"""Starting the server: what it says of its settings, and packages that it doesn't load."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp.cli import main, serving


@pytest.mark.parametrize("given", [None, "http://127.0.0.1:{port}", "https://letters.example.com"])
def test_the_base_url_is_missed_only_where_it_is_not_set(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if given:
        monkeypatch.setenv("LETTERSDESK_BASE_URL", given.format(port=port))
    monkeypatch.setenv("LETTERSDESK_SMTP_URL", "smtp://127.0.0.1:1025")
    monkeypatch.setattr(serving, "serve", lambda *_, **__: None)
    monkeypatch.setattr(serving, "configure_logs", lambda _: None)
    result = CliRunner().invoke(main, ["run", "--port", str(port)])
    assert (result.exit_code, [each.name for each in empty_folder.iterdir()]) == (0, ["instance"])
    assert ("LETTERSDESK_BASE_URL is not set" in result.output) is (given is None)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "It needs nothing in front on this machine"),
        (
            {"LETTERSDESK_BASE_URL": "https://letters.example.com"},
            "LETTERSDESK_TRUSTED_PROXIES has to count it",
        ),
        (
            {"LETTERSDESK_BASE_URL": "https://letters.example.com", "LETTERSDESK_TRUSTED_PROXIES": "1"},
            "let nobody else reach this port",
        ),
    ],
)
def test_it_says_what_it_needs_in_front(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    del empty_folder
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serving, "serve", lambda *_, **__: None)
    monkeypatch.setattr(serving, "configure_logs", lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert sentence in CliRunner().invoke(main, ["run", "--port", str(port)]).output


@pytest.mark.parametrize("rarely_needed", ["alembic", "webauthn", "psycopg", "zxcvbn"])
def test_what_few_need_is_not_loaded_at_the_start(rarely_needed: str) -> None:
    look = f"import sys, webapp.cli.serving; sys.exit({rarely_needed!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
