"""The version that `--version` prints tells two installations apart, and is one for checkout and wheel."""

import shutil
from importlib.metadata import version
from pathlib import Path

from click.testing import CliRunner

from webapp.cli import main
from webapp.installation.package import code_digest
from webapp.store.schema import newest_schema_revision


def test_the_version_names_the_code_and_the_schema() -> None:
    result = CliRunner().invoke(main, ["--version"], prog_name="lettersdesk")
    assert result.exit_code == 0
    assert result.output == (
        f"lettersdesk, version {version('lettersdesk')}, code {code_digest()}, "
        f"schema {newest_schema_revision()}\n"
    )


def test_a_checkout_and_the_wheel_of_it_have_one_digest(tmp_path: Path) -> None:
    checkout, wheel = make_checkout(tmp_path / "checkout"), tmp_path / "site-packages" / "webapp"
    shutil.copytree(checkout, wheel)
    shutil.copytree(checkout.parent / "templates", wheel / "templates")
    (wheel / "__pycache__").mkdir()
    (wheel / "__pycache__" / "app.pyc").write_bytes(b"compiled")
    assert code_digest(wheel) == code_digest(checkout)


def test_each_change_of_a_file_gives_another_digest(tmp_path: Path) -> None:
    package = make_checkout(tmp_path)
    digests = [code_digest(package)]
    (package / "rules" / "words.py").write_text("LIMIT = 401\n")
    digests.append(code_digest(package))
    (tmp_path / "templates" / "base.html").write_text("<title>")
    digests.append(code_digest(package))
    (package / "rules" / "words.py").rename(package / "rules" / "counts.py")
    digests.append(code_digest(package))
    (tmp_path / "README.md").write_text("not installed")
    assert code_digest(package) == digests[-1]
    assert len(set(digests)) == len(digests)


def make_checkout(folder: Path) -> Path:
    """Write a small checkout; return its package."""
    for name, text in (("webapp/rules/words.py", "LIMIT = 400\n"), ("templates/base.html", "<html>")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    return folder / "webapp"
