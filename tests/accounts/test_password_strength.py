"""How hard it is to find a password out from what is kept of it, outside the process of the tests."""

import subprocess
import sys

from argon2 import PasswordHasher

from tests.samples import PASSWORD

HASH = (
    "from webapp.accounts.passwords import hash_password, password_matches; "
    f"kept = hash_password('{PASSWORD}'); print(kept)"
)
CHECK = f"assert password_matches('{PASSWORD}', kept)"


def test_the_product_hashes_with_the_strength_that_its_library_advises() -> None:
    """The tests themselves hash cheaply: see `tests.shortcuts`."""
    command = [sys.executable, "-c", f"{HASH}; {CHECK}"]
    kept = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert not PasswordHasher().check_needs_rehash(kept)
