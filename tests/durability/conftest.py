"""Fixtures of the durability tests: installations on a database that can be stopped and on a disk to fill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.restartable_site import RestartableSite, free_port
from tests.services import postgres, postgres_programs
from tests.services.missing import skip_or_fail
from tests.services.small_disk import REMEDY, NoMountError, SmallDisk, small_disk

DISK_MEGABYTES = 32
"""The size of the small disk; an empty PostgreSQL database takes 8 MB."""


@pytest.fixture(scope="package")
def own_postgres() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL server for these tests alone, as they stop and crash it."""
    try:
        with postgres.running_postgres() as server:
            yield server
    except postgres_programs.PostgresMissingError:
        skip_or_fail("PostgreSQL", postgres_programs.REMEDY)


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """A small mounted file system that a test can fill."""
    try:
        with small_disk(DISK_MEGABYTES) as mounted:
            yield mounted
    except NoMountError as error:
        skip_or_fail(f"a disk to fill ({error})", REMEDY)


@pytest.fixture
def sqlite_site(tmp_path: Path) -> RestartableSite:
    """An installation on SQLite."""
    return RestartableSite(tmp_path, free_port(), f"sqlite:///{tmp_path / 'letters.db'}")


@pytest.fixture
def postgres_site(own_postgres: postgres.PostgresServer, tmp_path: Path) -> RestartableSite:
    """An installation on PostgreSQL."""
    return RestartableSite(tmp_path, free_port(), own_postgres.create_database())


@pytest.fixture(params=["sqlite_site", "postgres_site"])
def site(request: pytest.FixtureRequest) -> RestartableSite:
    """An installation on each of the databases in turn."""
    chosen: RestartableSite = request.getfixturevalue(request.param)
    return chosen
