"""A disk of its own that is soon full: a file system in memory, mounted for as long as a test needs it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REMEDY = "run the tests as root, in a container that may mount"
_BLOCK = 4096


class NoMountError(Exception):
    """Nothing can be mounted here."""


@dataclass(frozen=True)
class SmallDisk:
    """A mounted disk."""

    folder: Path

    @property
    def ballast(self) -> Path:
        """The file that takes up the room."""
        return self.folder / "ballast"

    def fill(self) -> None:
        """Take up all the room that is left."""
        with self.ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(_BLOCK))
            except OSError:
                return

    def make_room(self) -> None:
        """Give the room back."""
        self.ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount an empty disk of that size, that every account can reach, for as long as the block lasts.

    Raises NoMountError where that is not allowed.
    """
    if os.geteuid() != 0:
        raise NoMountError("only root may mount")
    with tempfile.TemporaryDirectory(prefix="ld-disk-") as name:
        folder = Path(name)
        mounting = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounting.returncode:
            raise NoMountError(mounting.stderr.strip())
        try:
            yield SmallDisk(folder)
        finally:
            # Lazily: whoever still has a file open on it must not keep the test from ending.
            subprocess.run(["umount", "--lazy", folder], check=True)
