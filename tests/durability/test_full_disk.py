"""A disk that is full: no letter with a receipt is lost, no reader loses the text, and all goes on after."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.evidence import assert_all_there, assert_asked_to_try_again, assert_nothing_was_lost
from tests.durability.restartable_site import House, free_port, kill_all, let_be_refused, let_through
from tests.services.postgres import PostgresServer
from tests.services.small_disk import SmallDisk

READERS = 4
LETTERS = 20


@pytest.fixture
def sqlite_on_disk(disk: SmallDisk, tmp_path: Path) -> House:
    """An installation with its SQLite file on the small disk."""
    return House(tmp_path, free_port(), f"sqlite:///{disk.folder / 'letters.db'}")


@pytest.fixture
def postgres_on_disk(own_postgres: PostgresServer, disk: SmallDisk, tmp_path: Path) -> Iterator[House]:
    """An installation with its tables in PostgreSQL on the small disk."""
    (disk.folder / "tables").mkdir()
    with own_postgres.tablespace(disk.folder / "tables") as tablespace:
        url = own_postgres.create_database(tablespace)
        yield House(tmp_path, free_port(), url)
        own_postgres.drop_database(url)


@pytest.fixture(params=["sqlite_on_disk", "postgres_on_disk"])
def house_on_disk(request: pytest.FixtureRequest) -> House:
    """An installation on the small disk, on each of the databases in turn."""
    house: House = request.getfixturevalue(request.param)
    return house


def test_letters_wait_with_their_writers_until_there_is_room(house_on_disk: House, disk: SmallDisk) -> None:
    crowd = house_on_disk.crowd()
    with house_on_disk.serving() as server:
        crowd.start(READERS)
        let_through(crowd, LETTERS)
        disk.fill()
        let_be_refused(crowd, LETTERS)
        first = crowd.receipts[0].token
        assert server.caller().get(f"/letters/{first}").status == 200, "what is there can be read"
        disk.make_room()
        let_through(crowd, LETTERS)
        crowd.stop()
        assert server.stop() == 0
        failures = server.failures
    assert_nothing_was_lost(house_on_disk, crowd, failures)


def test_a_server_that_is_killed_on_a_full_disk_loses_nothing(house_on_disk: House, disk: SmallDisk) -> None:
    crowd = house_on_disk.crowd()
    with house_on_disk.serving() as server:
        crowd.start(READERS)
        let_through(crowd, LETTERS)
        disk.fill()
        let_be_refused(crowd, READERS)
        kill_all(server)
    disk.make_room()
    with house_on_disk.serving() as server:
        let_through(crowd, LETTERS)
        crowd.stop()
    assert_asked_to_try_again(crowd.refused)
    with house_on_disk.store() as database:
        assert_all_there(database, crowd.receipts)
