"""Installations whose stores can be taken away from them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.restartable_site import House, free_port
from tests.services import postgres, postgres_programs
from tests.services.missing import leave_out
from tests.services.small_disk import REMEDY, NoMountError, SmallDisk, small_disk

DISK_MEGABYTES = 32
"""An empty database of PostgreSQL takes eight."""


@pytest.fixture(scope="package")
def own_postgres() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL that no other test relies on."""
    try:
        with postgres.running_postgres() as server:
            yield server
    except postgres_programs.PostgresMissing:
        leave_out("PostgreSQL", postgres_programs.REMEDY)


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """A disk that is soon full."""
    try:
        with small_disk(DISK_MEGABYTES) as mounted:
            yield mounted
    except NoMountError as error:
        leave_out(f"a disk to fill ({error})", REMEDY)


@pytest.fixture
def sqlite_house(tmp_path: Path) -> House:
    """An installation on SQLite."""
    return House(tmp_path, free_port(), f"sqlite:///{tmp_path / 'letters.db'}")


@pytest.fixture
def postgres_house(own_postgres: postgres.PostgresServer, tmp_path: Path) -> House:
    """An installation on PostgreSQL."""
    return House(tmp_path, free_port(), own_postgres.create_database())


@pytest.fixture(params=["sqlite_house", "postgres_house"])
def house(request: pytest.FixtureRequest) -> House:
    """An installation on each of the databases in turn."""
    chosen: House = request.getfixturevalue(request.param)
    return chosen
