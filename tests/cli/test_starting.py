"""Lazy imports: starting the server doesn't import packages that few installations need."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("rarely_needed", ["alembic", "webauthn", "psycopg", "zxcvbn"])
def test_what_few_need_is_not_loaded_at_the_start(rarely_needed: str) -> None:
    look = f"import sys, webapp.cli.serving; sys.exit({rarely_needed!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
