"""The folder for what the installation itself makes: the embedded store and its keys."""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from webapp.store.durable_files import sync_folder

SECRET_KEY_FILE = "secret-key"  # noqa: S105 -- the name of the file
PARTICULARS_KEY_FILE = "particulars-key"
"""Where the setting doesn't give the key."""


def instance_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder, which may not be there yet."""
    return Path(environment.get("LETTERSDESK_INSTANCE") or "instance").absolute()


def kept_secret(path: Path, make: Callable[[], str] = secrets.token_hex) -> str:
    """Return the secret in the file, made at the first start and readable by its owner alone.

    Raises:
        OSError: it can't be read, or made.
    """
    if not path.exists():
        make_folder(path.parent)
        # Linked into place whole, so that two processes that start at once share one secret.
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent) as file:
            file.write(make())
            file.flush()
            # What is sealed with it is on the disk as soon as a writer has a receipt.
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
        for folder in (path.parent, path.parent.parent):
            sync_folder(folder)
    return path.read_text(encoding="ascii").strip()


def make_folder(folder: Path) -> None:
    """Make a folder, unless it is there, that is its owner's alone: letters stand open in the store.

    Raises:
        OSError: it can't be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
