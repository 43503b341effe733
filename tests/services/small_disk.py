"""A disk of its own that is soon full: a file system in memory, mounted for as long as a test needs it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REMEDY = "run the tests as root, or with sudo that asks for no password, where mounting is allowed"
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
    with tempfile.TemporaryDirectory(prefix="ld-disk-") as name:
        folder = Path(name)
        _as_root("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs", folder)
        try:
            yield SmallDisk(folder)
        finally:
            # Lazily: whoever still has a file open on it must not keep the test from ending.
            _as_root("umount", "--lazy", folder)


def _as_root(*command: str | Path) -> None:
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    try:
        subprocess.run((*sudo, *command), check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NoMountError(str(error)) from error
    except subprocess.CalledProcessError as error:
        raise NoMountError(error.stderr.strip()) from error
