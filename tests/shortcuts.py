"""What the product does at full length once in an installation, and tests would do thousands of times.

Only in the process of the tests: the commands and servers that they start do all at full length.
"""

from collections.abc import Callable, Hashable, Iterator
from types import CodeType
from typing import Any, ClassVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from webapp.accounts import accounts
from webapp.app import LettersDesk

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


@pytest.fixture(scope="session", autouse=True)
def shortcuts() -> Iterator[None]:
    """Hash passwords cheaply, and compile templates and URL rules once."""
    options: dict[str, Any] = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: CHEAP_HASHER)
        patch.setattr(LettersDesk, "jinja_options", options)
        patch.setattr(LettersDesk, "url_rule_class", CompiledRule)
        yield
