"""A small file system (tmpfs) that a test can mount and fill."""

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
    """File systems can't be mounted here: neither root nor sudo without a password."""


@dataclass(frozen=True)
class SmallDisk:
    """A mounted tmpfs."""

    folder: Path

    @property
    def ballast(self) -> Path:
        """The file that fills the disk."""
        return self.folder / "ballast"

    def fill(self) -> None:
        """Fill all the free space."""
        with self.ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(_BLOCK))
            except OSError:
                return

    def make_room(self) -> None:
        """Remove the file that fills the disk."""
        self.ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount an empty tmpfs of that size, writable for every account, until the end of the block.

    Raises:
        NoMountError: mounting is not allowed.
    """
    with tempfile.TemporaryDirectory(prefix="ld-disk-") as name:
        folder = Path(name)
        _as_root("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "tmpfs", folder)
        try:
            yield SmallDisk(folder)
        finally:
            # Lazily: a process that still has a file open on it must not make unmounting fail.
            _as_root("umount", "--lazy", folder)


def _as_root(*command: str | Path) -> None:
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    try:
        subprocess.run((*sudo, *command), check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NoMountError(str(error)) from error
    except subprocess.CalledProcessError as error:
        raise NoMountError(error.stderr.strip()) from error
