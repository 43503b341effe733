"""What the queue's address says: which letters, in which order, and from where on."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from flask import url_for

from webapp.desk.access import signed_in
from webapp.installation.clock import now
from webapp.letters.queue.queue_page import Place, QueueFilter, Whose
from webapp.rules.states import State
from webapp.store.models import Channel
from webapp.web.services import services

EVERY_STATE = "all"
MINE = "mine"
NOBODYS = "nobody"
NEWEST = "newest"
OLDEST = "oldest"
LONGEST_WORDS = 300
"""Characters of what is searched for."""
LONGEST_VALUE = 300
"""Characters of any other value; the key of an article may have as many."""
MICROSECOND = timedelta(microseconds=1)
_DIGITS = re.compile(r"[0-9]{1,18}")
"""As many as a database takes for a number."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TEXTS = ("paper", "category", "article", "advisory", "tag")
Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class QueueAddress:
    """The queue as its address describes it; without anything said, what was received and not yet decided.

    Attributes:
        state: The one state shown; every state where there is none.
        paper: The slug of the one paper shown; all papers where empty.
        channel: How the letters came in, where that matters.
        category: The key of their kind.
        article: The key of the article that they answer.
        advisory: The code of something to look at.
        tag: A word that the desk has put on them.
        claimed: Who is on them: ``mine``, ``nobody``, or an editor's number.
        assigned: Whose task they are, in the same way.
        since: The first day of receipt.
        until: The last day of receipt.
        words: What has to stand in them.
        order: ``newest`` or ``oldest`` first; where empty, the newest of what was searched for.
        after: The place behind which the page starts.
    """

    state: State | None = State.RECEIVED
    paper: str = ""
    channel: Channel | None = None
    category: str = ""
    article: str = ""
    advisory: str = ""
    tag: str = ""
    claimed: str = ""
    assigned: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    order: str = ""
    after: Place | None = None

    @classmethod
    def of_request(cls, arguments: Mapping[str, str]) -> Self:
        """Read the address; what is wrong in it counts as not said.

        Who searches and says no state means the letters of every state.
        """
        words = " ".join(arguments.get("words", "")[:LONGEST_WORDS].split())
        said = {name: arguments.get(name, "").strip()[:LONGEST_VALUE] for name in TEXTS}
        order = arguments.get("order", "")
        return cls(
            state=_state(arguments.get("state", EVERY_STATE if words else State.RECEIVED)),
            channel=_member(Channel, arguments.get("channel", "")),
            claimed=_whose(arguments.get("claimed", "")),
            assigned=_whose(arguments.get("assigned", "")),
            since=_day(arguments.get("since", "")),
            until=_day(arguments.get("until", "")),
            words=words,
            order=order if order in {NEWEST, OLDEST} else "",
            after=_place(arguments.get("after", "")),
            **said,
        )

    @property
    def wanted(self) -> QueueFilter:
        """The letters that the address asks for, for whoever makes this request."""
        zone = _zone(self.paper)
        return QueueFilter(
            states=frozenset({self.state} if self.state else ()),
            paper=self.paper,
            channel=self.channel,
            category=self.category,
            article=self.article,
            advisory=self.advisory,
            tag=self.tag,
            claimed=_editor(self.claimed),
            assigned=_editor(self.assigned),
            received_from=_midnight(self.since, zone),
            received_before=_midnight(self.until, zone, days=1),
            words=self.words,
            newest_first=self.newest_first,
            at=now(),
        )

    @property
    def newest_first(self) -> bool:
        """Whether the newest letter comes first; in a queue the one does that has waited longest."""
        return self.order == NEWEST or (not self.order and bool(self.words))

    @property
    def filters(self) -> tuple[str, ...]:
        """The names of what is said apart from state, paper and order."""
        return tuple(
            each.name
            for each in fields(self)
            if each.name not in {"state", "paper", "order", "after"} and getattr(self, each.name)
        )

    @property
    def parameters(self) -> dict[str, str]:
        """What the address of the first page says, by name."""
        return _said(replace(self, after=None))

    @property
    def query(self) -> str:
        """What stands behind the question mark for the first page."""
        return urlencode(self.parameters)

    def for_state(self, state: State | None) -> str:
        """Return the address of the same list in another state, from its start."""
        return _url(replace(self, state=state, after=None))

    def without(self, name: str) -> str:
        """Return the address of the list without the filter ``name``, from its start."""
        (default,) = (each.default for each in fields(self) if each.name == name)
        if default is MISSING:
            raise LookupError(name)
        return _url(replace(self, after=None, **{name: default}))

    def from_start(self) -> str:
        """Return the address of the first page."""
        return _url(replace(self, after=None))

    def from_place(self, place: Place) -> str:
        """Return the address of the page that starts behind ``place``."""
        return _url(replace(self, after=place))


def _url(address: QueueAddress) -> str:
    return f"{url_for('desk.queue')}?{urlencode(_said(address))}"


def _said(address: QueueAddress) -> dict[str, str]:
    """Return the address's parameters, without those that say nothing."""
    said = {"state": address.state.value if address.state else EVERY_STATE}
    for each in fields(address):
        value = getattr(address, each.name)
        if each.name not in {"state", "after"} and value:
            said[each.name] = value.isoformat() if isinstance(value, date) else str(value)
    if place := address.after:
        said["after"] = f"{(place.received_at - EPOCH) // MICROSECOND}-{place.letter_id}"
    return said


def _state(text: str) -> State | None:
    if text == EVERY_STATE:
        return None
    return _member(State, text) or State.RECEIVED


def _member(members: type[Member], text: str) -> Member | None:
    return next((member for member in members if member.value == text), None)


def _whose(text: str) -> str:
    return text if text in {MINE, NOBODYS} or _DIGITS.fullmatch(text) else ""


def _editor(whose: str) -> Whose | None:
    if not whose:
        return None
    if whose == NOBODYS:
        return Whose()
    return Whose(signed_in().editor.editor_id if whose == MINE else int(whose))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # A day's end, in any time zone, has to be a moment too.
    return day if date(1900, 1, 1) <= day <= date(9000, 1, 1) else None


def _midnight(day: date | None, zone: tzinfo, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), zone) if day else None


def _zone(paper: str) -> tzinfo:
    """Return the time zone that days are meant in: the paper's, or that of the first one."""
    policy = services().policy(paper) or services().settings.policies[0]
    return policy.paper.time_zone


def _place(text: str) -> Place | None:
    moment, _, letter_id = text.partition("-")
    if not (_DIGITS.fullmatch(moment) and _DIGITS.fullmatch(letter_id)):
        return None
    try:
        return Place(EPOCH + int(moment) * MICROSECOND, int(letter_id))
    except OverflowError:
        return None
