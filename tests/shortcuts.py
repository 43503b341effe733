"""What the product does at full length once in an installation, and tests would do thousands of times.

Only in the process of the tests: the commands and servers that they start do all at full length, but for the
templates (see `tests.installation.fork_server`).
"""

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

import pytest
from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import make_url, text
from werkzeug.routing import Rule

from tests.samples import HERALD, SEAL, SECRET_KEY
from webapp.accounts import passwords
from webapp.app import LettersDesk, create_app
from webapp.desk import reauthentication
from webapp.installation.settings import Settings
from webapp.store.database import Database

whole_upgrade = command.upgrade
"""Alembic's own."""

CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Takes a tenth of a millisecond; the library's own settings take 60 ms and 64 MB."""


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates in memory, for all applications of this process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template, if it was compiled from the same text."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        assert bucket.code
        self._kept[bucket.key, bucket.checksum] = bucket.code


class CompiledRule(Rule):
    """A URL rule that builds addresses with the function of an equal one: compiling it takes most of a start.

    The function takes the rule as its first argument, so that nothing of another application is in it.
    """

    _kept: ClassVar[dict[Hashable, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT002 -- Werkzeug's
        key = (tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


class CopiedTables:
    """Brings an empty SQLite file up to date with a copy of one that was migrated."""

    def __init__(self, folder: Path) -> None:
        """Keep the one in ``folder``."""
        self._file = folder / "migrated.db"

    def upgrade(self, config: Config, revision: str) -> None:
        """Do as `alembic.command.upgrade` does."""
        database: Database = config.attributes["database"]
        if revision != "head" or not database.is_sqlite or not _is_empty(database):
            whole_upgrade(config, revision)
        elif self._file.exists():
            copy_sqlite_file(self._file, Path(str(database.url.database)))
        else:
            whole_upgrade(config, revision)
            copy_sqlite_file(Path(str(database.url.database)), self._file)


def compile_all_templates() -> None:
    """Compile the product's templates, for all applications of this process and of those forked from it."""
    options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    LettersDesk.jinja_options = options
    url = make_url("sqlite:///never-opened.db")
    settings = Settings(database_url=url, secret_key=SECRET_KEY, seal=SEAL, policies=(HERALD,))
    environment = create_app(settings).jinja_env
    for name in environment.list_templates():
        environment.get_template(name)


def _is_empty(database: Database) -> bool:
    with database.query() as session:
        return not session.scalar(text("SELECT count(*) FROM sqlite_master"))


def copy_sqlite_file(source: Path, target: Path) -> None:
    """Copy a SQLite database, also one that is open."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


@pytest.fixture(scope="session", autouse=True)
def shortcuts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hash passwords cheaply, pad no response; migrate SQLite, compile templates and URL rules but once."""
    options: dict[str, Any] = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: CHEAP_HASHER)
        patch.setattr(reauthentication, "MINIMUM_RESPONSE_SECONDS", 0.0)
        patch.setattr(LettersDesk, "jinja_options", options)
        patch.setattr(LettersDesk, "url_rule_class", CompiledRule)
        patch.setattr(command, "upgrade", CopiedTables(tmp_path_factory.mktemp("tables")).upgrade)
        yield
