"""Architecture: packages import one way (import-linter); the rules use no framework, clock or randomness."""

import ast
import logging.config
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PACKAGE = Path(__file__).resolve().parent.parent / "webapp"
RULES = sorted((PACKAGE / "rules").rglob("*.py"))
ALLOWED = {"email_validator", "phonenumbers", "babel", "zxcvbn", "webapp"}
"""Packages of data: addresses, numbers and towns, countries, names of people."""
IMPURE_MODULES = {"time", "random", "secrets", "socket", "os", "uuid", "urllib.request", "http"}


def _imported_modules(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_rules_import_only_the_standard_library_and_packages_of_data(file: Path) -> None:
    for name in _imported_modules(ast.parse(file.read_text(encoding="utf-8"))):
        top = name.partition(".")[0]
        assert top in sys.stdlib_module_names | ALLOWED
        assert top != "webapp" or name.startswith("webapp.rules")
        assert name not in IMPURE_MODULES


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_rules_never_ask_what_time_it_is(file: Path) -> None:
    called = {
        node.attr
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert not called & {"now", "today", "utcnow"}


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PACKAGE.parent)
    # import-linter configures logging, which would disable all existing loggers for the tests that follow.
    monkeypatch.setattr(logging.config, "dictConfig", lambda _settings: None)
    assert lint_imports() == 0
