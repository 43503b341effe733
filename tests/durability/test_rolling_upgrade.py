"""Two nodes are upgraded one after the other under load: no letter is lost, and nothing derived is missed.

The earlier version is this one. The next one is a copy of it with one more migration, other fingerprints and
another full-text index.
"""

import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.durability.evidence import assert_all_there
from tests.durability.restartable_site import RestartableSite, free_port, wait_for_receipts
from tests.installation.concurrent_readers import ConcurrentReaders, Letter as TypedLetter, sample_letter
from tests.installation.http_client import HttpClient
from tests.installation.server import (
    SECONDS_TO_WAIT,
    RunningServer,
    clean_environment,
    running_server,
    wait_until,
)
from tests.installation.steps import FORM
from tests.samples import KEYS
from webapp.letters.search.index import letter_ids_with_terms
from webapp.letters.search.search_words import parse_query
from webapp.letters.similar.fingerprints import fingerprints
from webapp.store.database import Database
from webapp.store.models import Letter, LetterPassage, LetterToCompare, LetterToIndex
from webapp.store.schema import MIGRATIONS, newest_schema_revision, schema_revision

REPOSITORY = Path(__file__).resolve().parent.parent.parent
READERS = 2
LETTERS = 8
"""Letters that are taken in between two steps."""
BETWEEN_LETTERS = 0.15
"""Seconds that a reader waits: the machine is to start nodes as well."""
BETWEEN_CHECKS = 0.1
"""Seconds."""
NEXT_REVISION = f"{int(newest_schema_revision()) + 1:04}"
NEXT_MIGRATION = f'''
"""A table and a column that the earlier version doesn't know."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT_REVISION}"
down_revision = "{newest_schema_revision()}"
branch_labels = None
depends_on = None

oldest_code = "{newest_schema_revision()}"
removes_data = False


def upgrade() -> None:
    op.create_table("letters_read_aloud", sa.Column("letter_id", sa.Integer(), primary_key=True))
    op.add_column("letters", sa.Column("seconds_to_read", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Nobody goes back to the schema before: going back is starting the earlier code."""
'''
CHANGES = (
    ("similar/fingerprint_index.py", '"passage fingerprints", 1', '"passage fingerprints", 2'),
    ("similar/fingerprints.py", "int.from_bytes(digest) >>", "1 ^ int.from_bytes(digest) >>"),
    ("search/index.py", '"full-text index", 2', '"full-text index", 3'),
    ("search/index.py", "indexed_fields(fields)", 'indexed_fields([*fields, "upgraded"])'),
)
"""What the next version has instead, by module of `webapp.letters`."""


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of the next version."""
    folder = tmp_path_factory.mktemp("next")
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "webapp", folder / "webapp", ignore=leave_out)
    shutil.copytree(REPOSITORY / "templates", folder / "templates", ignore=leave_out)
    migrations = folder / MIGRATIONS.relative_to(REPOSITORY) / "versions"
    (migrations / f"{NEXT_REVISION}_next.py").write_text(NEXT_MIGRATION, encoding="utf-8")
    for name, present, later in CHANGES:
        module = folder / "webapp/letters" / name
        code = module.read_text(encoding="utf-8")
        assert present in code
        module.write_text(code.replace(present, later), encoding="utf-8")
    return folder


class Balancer:
    """Sends readers to one ready node after the other, and none to a node that was taken out."""

    def __init__(self, readers: ConcurrentReaders, ports: list[int]) -> None:
        """Balance ``readers`` between nodes at ``ports``, in a thread of its own."""
        self.taken_out: int | None = None
        self.checks = 0
        self.checks_without_a_ready_node = 0
        self._readers = readers
        self._ports = ports
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._balance, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join()

    def _balance(self) -> None:
        while not self._stopping.wait(BETWEEN_CHECKS):
            ready = [port for port in self._ports if port != self.taken_out and _is_ready(port)]
            self.checks += 1
            if ready:
                self._readers.port = random.choice(ready)
            else:
                self.checks_without_a_ready_node += 1


def _is_ready(port: int) -> bool:
    try:
        return HttpClient(port).get("/readyz").status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False


def run_command(site: RestartableSite, next_version: Path, *arguments: str) -> None:
    """Run a command of the next version."""
    subprocess.run(
        [Path(sys.executable).parent / "lettersdesk", *arguments],
        cwd=site.folder,
        env=clean_environment(settings_of(site) | {"PYTHONPATH": str(next_version)}),
        check=True,
        timeout=SECONDS_TO_WAIT,
        stdout=subprocess.DEVNULL,
    )


def settings_of(site: RestartableSite) -> dict[str, str]:
    return {"LETTERSDESK_DATABASE_URL": site.database_url, **KEYS, "LETTERSDESK_RATE_LIMITS": "off"}


@contextmanager
def node(site: RestartableSite, port: int, next_version: Path | None = None) -> Iterator[RunningServer]:
    """Run a node, of this version or the next one, until the end of the block."""
    settings = settings_of(site)
    if next_version:
        settings["PYTHONPATH"] = str(next_version)
    with running_server(site.folder, settings, port=port, forked=next_version is None) as server:
        yield server


def unhurried_letter(reader: int, number: int) -> TypedLetter:
    time.sleep(BETWEEN_LETTERS)
    return sample_letter(reader, number)


def test_a_rolling_upgrade_loses_nothing_and_misses_nothing(
    site: RestartableSite, next_version: Path
) -> None:
    readers = ConcurrentReaders(site.port, FORM, unhurried_letter, retries=True)
    ports = [site.port, free_port()]
    with ExitStack() as running:
        earlier = [running.enter_context(node(site, port)) for port in ports]
        balancer = Balancer(readers, ports)
        running.callback(balancer.stop)
        running.callback(readers.stop)
        readers.start(READERS)
        wait_for_receipts(readers, LETTERS)
        run_command(site, next_version, "migrate")
        wait_for_receipts(readers, LETTERS)
        for server in earlier:
            balancer.taken_out = server.port
            wait_for_receipts(readers, READERS * 4)
            assert server.stop() == 0
            if server is earlier[0]:
                # One that was restarted meanwhile works on the newer schema.
                with node(site, server.port):
                    pass
            upgraded = running.enter_context(node(site, server.port, next_version))
            balancer.taken_out = None
            wait_for_receipts(readers, LETTERS)
            assert upgraded.unexpected_errors == server.unexpected_errors == []
        balancer.stop()
        readers.stop()
        with site.store() as database:
            wait_until(lambda: _queued(database) == 0, "all letters are derived by the next version")
            assert _revision(database) == NEXT_REVISION
            assert_all_there(database, readers.receipts)
            missed = _letters_without_next_fingerprints(database), _letters_without_next_words(database)
    report = (
        f"\n{database.engine.name}: letters {len(readers.receipts)}, refused {len(readers.refused)}, "
        f"not compared {missed[0]}, not indexed {missed[1]}, checks {balancer.checks}, "
        f"without a ready node {balancer.checks_without_a_ready_node}\n"
    )
    sys.stdout.write(report)
    assert (readers.refused, readers.unanswered) == ([], 0)
    assert missed == (0, 0)
    assert balancer.checks_without_a_ready_node == 0


def _queued(database: Database) -> int:
    with database.snapshot() as session:
        return sum(
            session.scalar(select(func.count()).select_from(queue)) or 0
            for queue in (LetterToCompare, LetterToIndex)
        )


def _revision(database: Database) -> str | None:
    with database.snapshot() as session:
        return schema_revision(session)


def _letters_without_next_fingerprints(database: Database) -> int:
    with database.snapshot() as session:
        stored = {(row.letter_id, row.fingerprint) for row in session.scalars(select(LetterPassage))}
        return sum(
            not {(letter.id, number ^ 1) for number in fingerprints(letter.body)} <= stored
            for letter in session.scalars(select(Letter))
        )


def _letters_without_next_words(database: Database) -> int:
    with database.snapshot() as session:
        letter_ids = session.scalars(select(Letter.id)).all()
        return len(letter_ids) - len(letter_ids_with_terms(session, letter_ids, parse_query("upgraded")))
