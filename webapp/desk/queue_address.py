"""What the queue's address says: which letters, and from where on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from flask import url_for

from webapp.letters.queue import Place, QueueFilter
from webapp.letters.states import State

EVERY_STATE = "all"
MICROSECOND = timedelta(microseconds=1)
_DIGITS = re.compile(r"[0-9]{1,18}")
"""As many as a database takes for a number."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QueueAddress:
    """The queue as its address describes it; without anything said, what was received and not yet decided.

    Attributes:
        state: The one state shown; every state where there is none.
        paper: The slug of the one paper shown; all papers where empty.
        after: The place behind which the page starts.
    """

    state: State | None = State.RECEIVED
    paper: str = ""
    after: Place | None = None

    @classmethod
    def of_request(cls, arguments: Mapping[str, str]) -> Self:
        """Read the address; what is wrong in it counts as not said."""
        wanted = arguments.get("state", State.RECEIVED)
        state = None if wanted == EVERY_STATE else State.RECEIVED
        if wanted in set(State):
            state = State(wanted)
        return cls(state, arguments.get("paper", "")[:60], _place(arguments.get("after", "")))

    @property
    def wanted(self) -> QueueFilter:
        """The letters that the address asks for."""
        return QueueFilter(frozenset({self.state} if self.state else ()), self.paper)

    def for_state(self, state: State | None) -> str:
        """Return the address of the same list in another state, from its start."""
        return _address(state, self.paper, None)

    def from_start(self) -> str:
        """Return the address of the first page."""
        return _address(self.state, self.paper, None)

    def from_place(self, place: Place) -> str:
        """Return the address of the page that starts behind ``place``."""
        return _address(self.state, self.paper, place)


def _address(state: State | None, paper: str, place: Place | None) -> str:
    return url_for(
        "desk.queue",
        state=state.value if state else EVERY_STATE,
        paper=paper or None,
        after=f"{(place.received_at - EPOCH) // MICROSECOND}-{place.letter_id}" if place else None,
    )


def _place(text: str) -> Place | None:
    moment, _, letter_id = text.partition("-")
    if not (_DIGITS.fullmatch(moment) and _DIGITS.fullmatch(letter_id)):
        return None
    try:
        return Place(EPOCH + int(moment) * MICROSECOND, int(letter_id))
    except OverflowError:
        return None
