"""A letter of which something is to be made."""

import pytest

from tests.letters.moving import carry_out
from tests.samples import HERALD, NOON, letter
from webapp.letters.database import Database
from webapp.letters.intake import Arrival, Intake
from webapp.letters.states import Channel, State
from webapp.letters.workflow import Move


@pytest.fixture
def reference(intake: Intake) -> str:
    """A letter that was just received."""
    return intake.receive(letter(), HERALD, Arrival(channel=Channel.FORM, at=NOON)).reference


@pytest.fixture
def shortlisted(store: Database, reference: str, editor_id: int) -> str:
    """A letter that may be printed as far as its text goes."""
    carry_out(store, reference, Move(to_state=State.SHORTLISTED, version=1), editor_id)
    return reference
