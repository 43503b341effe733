"""What tests of the record share: a letter of which something is to be made, and stores without tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.letters.editing.sample_moves import carry_out
from tests.letters.upkeep.backups import MakeStore, make_sqlite
from tests.samples import HERALD, NOON, SEAL, letter
from tests.services.postgres import PostgresServer
from webapp.letters.editing.workflow import Move
from webapp.letters.intake.intake import Arrival, Intake
from webapp.rules.states import State
from webapp.store.database import Database
from webapp.store.models import Channel


@pytest.fixture
def reference(intake: Intake) -> str:
    """A letter that was just received."""
    return intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


@pytest.fixture
def shortlisted(store: Database, reference: str, editor_id: int) -> str:
    """A letter that may be printed as far as its text goes."""
    carry_out(store, reference, Move(to_state=State.SHORTLISTED, version=1), editor_id)
    return reference


@pytest.fixture(params=["sqlite", "postgresql"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Makes stores without any tables, on each of the databases in turn."""
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
