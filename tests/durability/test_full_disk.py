"""A full disk: no letter with a receipt is lost, refused letters are shown again, and the server recovers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.evidence import assert_all_there, assert_asked_to_try_again, assert_nothing_was_lost
from tests.durability.restartable_site import (
    RestartableSite,
    free_port,
    kill_server_and_workers,
    wait_for_receipts,
    wait_for_refusals,
)
from tests.services.postgres import PostgresServer
from tests.services.small_disk import SmallDisk

READERS = 4
LETTERS = 20


@pytest.fixture
def sqlite_on_disk(disk: SmallDisk, tmp_path: Path) -> RestartableSite:
    """An installation with its SQLite file on the small disk."""
    return RestartableSite(tmp_path, free_port(), f"sqlite:///{disk.folder / 'letters.db'}")


@pytest.fixture
def postgres_on_disk(
    own_postgres: PostgresServer, disk: SmallDisk, tmp_path: Path
) -> Iterator[RestartableSite]:
    """An installation with its PostgreSQL tables on the small disk."""
    (disk.folder / "tables").mkdir()
    with own_postgres.tablespace(disk.folder / "tables") as tablespace:
        url = own_postgres.create_database(tablespace)
        yield RestartableSite(tmp_path, free_port(), url)
        own_postgres.drop_database(url)


@pytest.fixture(params=["sqlite_on_disk", "postgres_on_disk"])
def site_on_disk(request: pytest.FixtureRequest) -> RestartableSite:
    """An installation on the small disk, on each of the databases in turn."""
    site: RestartableSite = request.getfixturevalue(request.param)
    return site


def test_letters_wait_with_their_writers_until_there_is_room(
    site_on_disk: RestartableSite, disk: SmallDisk
) -> None:
    readers = site_on_disk.concurrent_readers()
    with site_on_disk.running_server() as server:
        readers.start(READERS)
        wait_for_receipts(readers, LETTERS)
        disk.fill()
        wait_for_refusals(readers, LETTERS)
        first = readers.receipts[0].token
        assert server.client().get(f"/letters/{first}").status == 200, "what is there can be read"
        disk.make_room()
        wait_for_receipts(readers, LETTERS)
        readers.stop()
        assert server.stop() == 0
        errors = server.unexpected_errors
    assert_nothing_was_lost(site_on_disk, readers, errors)


def test_a_server_that_is_killed_on_a_full_disk_loses_nothing(
    site_on_disk: RestartableSite, disk: SmallDisk
) -> None:
    readers = site_on_disk.concurrent_readers()
    with site_on_disk.running_server() as server:
        readers.start(READERS)
        wait_for_receipts(readers, LETTERS)
        disk.fill()
        wait_for_refusals(readers, READERS)
        kill_server_and_workers(server)
    disk.make_room()
    with site_on_disk.running_server() as server:
        wait_for_receipts(readers, LETTERS)
        readers.stop()
    assert_asked_to_try_again(readers.refused)
    with site_on_disk.store() as database:
        assert_all_there(database, readers.receipts)
