"""The installed package: its version, a digest of its code, and where its templates are."""

import hashlib
import shlex
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from webapp.store.schema import newest_schema_revision

PACKAGE = Path(__file__).resolve().parent.parent
_DIGEST_LENGTH = 12
"""Hex digits: two versions of the code have the same with a chance of 10⁻¹⁴."""


def template_folder(package: Path = PACKAGE) -> Path:
    """Return the folder of templates: inside an installed package, or beside the package in a checkout."""
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def installed_program(name: str) -> str:
    """Return the path of a program of this installation, quoted for a shell: the ``PATH`` may have others."""
    return shlex.quote(str(Path(sys.executable).parent / name))


def version_line() -> str:
    """Return the version number, the digest of the code that is installed, and its newest schema revision.

    The number alone doesn't tell two installations apart: it is raised by hand, and a copy of the repository
    can be installed at any commit, or changed.
    """
    return f"{version('lettersdesk')}, code {code_digest()}, schema {newest_schema_revision()}"


def code_digest(package: Path = PACKAGE) -> str:
    """Return a digest of all files of the package and of its templates: 12 hex digits.

    It is the same for a checkout and for the wheel that is built from it. About 3 MB are read.
    """
    digest = hashlib.sha256()
    for name, file in sorted(_files(package)):
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _files(package: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files, each with its path in an installed package."""
    templates = template_folder(package)
    for folder, prefix in ((package, ""), (templates, "templates/")):
        for file in folder.rglob("*"):
            is_twice = folder == package and templates in file.parents
            if file.is_file() and file.parent.name != "__pycache__" and not is_twice:
                yield prefix + file.relative_to(folder).as_posix(), file
