"""Fixtures for tests of letters: a received and a shortlisted letter, a factory of empty databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.letters.editing.sample_moves import make_move
from tests.letters.upkeep.backups import MakeStore, make_sqlite
from tests.samples import HERALD, NOON, SEAL, letter
from tests.services.postgres import PostgresServer
from webapp.letters.editing.workflow import Move
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.enums import State
from webapp.store.database import Database
from webapp.store.models import Channel


@pytest.fixture
def reference(intake: Intake) -> str:
    """The reference of a letter in state received."""
    return intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


@pytest.fixture
def shortlisted(store: Database, reference: str, editor_id: int) -> str:
    """The reference of a letter in state shortlisted."""
    make_move(store, reference, Move(to_state=State.SHORTLISTED, version=1), editor_id)
    return reference


@pytest.fixture(params=["sqlite", "postgresql"])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """A factory of databases without tables; tests run with SQLite and with PostgreSQL."""
    made: list[Database] = []

    def make() -> Database:
        if request.param == "sqlite":
            made.append(make_sqlite(tmp_path))
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            made.append(Database(server.create_database(), SEAL))
        return made[-1]

    yield make
    for database in made:
        database.dispose()
