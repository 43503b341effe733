"""fsync of a folder: the name of a new or renamed file in it survives a power failure."""

import os
from pathlib import Path


def fsync_folder(folder: Path) -> None:
    """Write the directory entries of ``folder`` to the disk (fsync); a file's own fsync does not do that.

    Raises:
        OSError: there is no such folder, or it can't be opened or written.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
