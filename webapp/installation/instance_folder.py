"""The instance folder: its path, its creation, and the generated keys in it, readable by their owner alone.

The SQLite database is in it by default, too; `webapp.installation.settings` says where.
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from webapp.store.fsync import fsync_folder

SECRET_KEY_FILE = "secret-key"  # noqa: S105 -- the name of the file
PARTICULARS_KEY_FILE = "particulars-key"
"""The key that seals particulars, where LETTERSDESK_PARTICULARS_KEY doesn't give it."""
UNEXPANDED = "begins with “~” or “$”, which only a shell replaces: write the whole path"


def is_unexpanded(path: str) -> bool:
    """Tell whether a path begins with what a shell would have replaced: a folder of that name isn't meant."""
    return path.startswith(("~", "$"))


def instance_folder(environment: Mapping[str, str]) -> Path:
    """Return the absolute path of the folder that LETTERSDESK_INSTANCE names, else of ``instance``.

    Relative paths are those in the working directory. The folder may not exist yet; it is not created here.
    """
    return Path(environment.get("LETTERSDESK_INSTANCE") or "instance").absolute()


def read_or_create_secret(path: Path, make: Callable[[], str] = secrets.token_hex) -> str:
    """Return the secret in the file; at the first start it is generated with ``make`` and stored durably.

    ``make`` returns ASCII. The file gets mode 0600, and its folder is created where it is missing. White
    space around the secret is stripped; mode and length of a file that exists aren't checked.

    Raises:
        OSError: the file can't be read or created.
        UnicodeDecodeError: the file is not ASCII.
    """
    if not path.exists():
        create_private_folder(path.parent)
        # A hard link appears with its whole content or not at all, and never replaces a file: two processes
        # that start at once share one secret.
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent) as file:
            file.write(make())
            file.flush()
            # A letter sealed with this key is durable once its writer has a receipt; so must be the key.
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
        for folder in (path.parent, path.parent.parent):
            fsync_folder(folder)
    return path.read_text(encoding="ascii").strip()


def create_private_folder(folder: Path) -> None:
    """Create a folder that only its owner can open, unless it exists: the database holds letters unencrypted.

    The mode of a folder that exists isn't changed; missing parents are created with the default mode.

    Raises:
        OSError: it can't be created.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
