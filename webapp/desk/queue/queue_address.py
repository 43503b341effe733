"""The queue's query string: parsed into a `QueueAddress`, turned into a `QueueFilter`, and written again."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from flask import url_for

from webapp.desk.access import current_desk_user
from webapp.desk.queue.receipt_days import receipt_period
from webapp.installation.clock import now
from webapp.letters.queue.queue_filter import EditorFilter, QueueFilter
from webapp.letters.queue.queue_page import QueueCursor
from webapp.letters.search.search_words import parse_query
from webapp.rules.enums import State
from webapp.store.models import Channel
from webapp.web.services import services

ALL_STATES = "all"
MINE = "mine"
NOBODY = "nobody"
NEWEST = "newest"
OLDEST = "oldest"
MAX_SEARCH_LENGTH = 300
"""Characters of the search words; the rest is cut off."""
MAX_VALUE_LENGTH = 300
"""Characters of any other text, as many as an article key may have; the rest is cut off."""
MICROSECOND = timedelta(microseconds=1)
_DIGITS = re.compile(r"[0-9]{1,18}")
"""18 digits: the largest number of them fits into a 64-bit integer of the database."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TEXT_PARAMETERS = ("paper", "category", "article", "advisory", "tag")
Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class QueueAddress:
    """The parameters of the queue's address; by default the letters in state "received".

    Attributes:
        state: The state shown; ``None`` for all states.
        paper: Slug of a paper; empty for all papers.
        channel: How the letters came in; ``None`` for all channels.
        category: Key of a letter category.
        article: Key of the article that the letters answer.
        advisory: Code of an advisory that the letters have.
        tag: A tag that the letters have.
        claimed: Who has claimed the letters: ``mine``, ``nobody`` or an editor's id.
        assigned: To whom they are assigned, in the same form.
        since: First day of receipt, at each letter's paper.
        until: Last day of receipt.
        words: Search words.
        order: ``newest`` or ``oldest`` first; empty for the default (see `newest_first`).
        after: The last letter of the page before; ``None`` on the first page.
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
    after: QueueCursor | None = None

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> Self:
        """Parse query arguments; an unknown state counts as received, another invalid value as missing.

        A search without a state looks in all states, and a paper's former slug becomes its present one.
        Texts are cut to their greatest length, and whether there is such a paper, category, article,
        advisory, tag or editor isn't checked.
        """
        words = " ".join(arguments.get("words", "")[:MAX_SEARCH_LENGTH].split())
        texts = {name: arguments.get(name, "").strip()[:MAX_VALUE_LENGTH] for name in TEXT_PARAMETERS}
        if policy := services().policy(texts["paper"]):
            texts["paper"] = policy.paper.slug
        order = arguments.get("order", "")
        return cls(
            state=_parse_state(arguments.get("state", ALL_STATES if words else State.RECEIVED)),
            channel=_parse_member(Channel, arguments.get("channel", "")),
            claimed=_parse_editor(arguments.get("claimed", "")),
            assigned=_parse_editor(arguments.get("assigned", "")),
            since=_parse_date(arguments.get("since", "")),
            until=_parse_date(arguments.get("until", "")),
            words=words,
            order=order if order in {NEWEST, OLDEST} else "",
            after=_parse_cursor(arguments.get("after", "")),
            **texts,
        )

    @property
    def queue_filter(self) -> QueueFilter:
        """The filter for the database query; ``mine`` means the editor who makes this request.

        Days of receipt are days at each letter's paper. It is built anew at each access, with the present
        moment, at which claims are judged.
        """
        policy = services().policy(self.paper)
        policies = [policy] if policy else services().settings.policies
        period = receipt_period(policies, self.since, self.until)
        return QueueFilter(
            states=frozenset({self.state} if self.state else ()),
            paper=self.paper,
            former_slugs=self.paper_slugs[1:],
            channel=self.channel,
            category=self.category,
            article=self.article,
            advisory=self.advisory,
            tag=self.tag,
            claimed=_editor_filter(self.claimed),
            assigned=_editor_filter(self.assigned),
            received_from=period.received_from,
            received_before=period.received_before,
            receipt_bounds=period.bounds,
            words=self.words,
            newest_first=self.newest_first,
            at=now(),
        )

    @property
    def paper_slugs(self) -> tuple[str, ...]:
        """The slugs under which letters to the paper are stored, the present one first."""
        policy = services().policy(self.paper)
        if policy is None:
            return (self.paper,) if self.paper else ()
        return policy.paper.slugs

    @property
    def newest_first(self) -> bool:
        """Whether the newest letter comes first: by default in a search only, else the oldest does."""
        return self.order == NEWEST or (not self.order and bool(self.words))

    @property
    def is_range_reversed(self) -> bool:
        """Whether the first day of receipt is after the last one: no letter can match."""
        return bool(self.since and self.until and self.since > self.until)

    @property
    def searches_without_word(self) -> bool:
        """Whether something is searched for, but no word: no letter is found by signs alone."""
        return bool(self.words) and not parse_query(self.words)

    @property
    def filter_names(self) -> tuple[str, ...]:
        """The names of the parameters that are set, without state, paper, order and page."""
        return tuple(
            each.name
            for each in fields(self)
            if each.name not in {"state", "paper", "order", "after"} and getattr(self, each.name)
        )

    @property
    def named_editors(self) -> frozenset[int]:
        """The ids of the editors by whose claims or assignments the list is filtered."""
        return frozenset(int(each) for each in (self.claimed, self.assigned) if _DIGITS.fullmatch(each))

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters of the first page, by name: the state always, others only if they are set."""
        return _to_parameters(replace(self, after=None))

    @property
    def query(self) -> str:
        """The query string of the first page."""
        return urlencode(self.parameters)

    def url_for_state(self, state: State | None) -> str:
        """Return the URL of the first page of the same list in another state; ``None`` for all states."""
        return _url(replace(self, state=state, after=None))

    def url_without(self, name: str) -> str:
        """Return the URL of the first page, with the field ``name`` at its default.

        Raises:
            ValueError: no field has that name.
            LookupError: the field has no default.
        """
        (default,) = (each.default for each in fields(self) if each.name == name)
        if default is MISSING:
            raise LookupError(name)
        return _url(replace(self, after=None, **{name: default}))

    def first_page_url(self) -> str:
        """Return the URL of the first page."""
        return _url(replace(self, after=None))

    def next_page_url(self, cursor: QueueCursor) -> str:
        """Return the URL of the page that starts after ``cursor``."""
        return _url(replace(self, after=cursor))


def _url(address: QueueAddress) -> str:
    return f"{url_for('desk.queue')}?{urlencode(_to_parameters(address))}"


def _to_parameters(address: QueueAddress) -> dict[str, str]:
    """Return the query parameters of an address; only ``state`` is there even with its default value."""
    parameters = {"state": address.state.value if address.state else ALL_STATES}
    for each in fields(address):
        value = getattr(address, each.name)
        if each.name not in {"state", "after"} and value:
            parameters[each.name] = value.isoformat() if isinstance(value, date) else str(value)
    if cursor := address.after:
        parameters["after"] = f"{(cursor.received_at - EPOCH) // MICROSECOND}-{cursor.letter_id}"
    return parameters


def _parse_state(text: str) -> State | None:
    if text == ALL_STATES:
        return None
    return _parse_member(State, text) or State.RECEIVED


def _parse_member(members: type[Member], text: str) -> Member | None:
    return next((member for member in members if member.value == text), None)


def _parse_editor(text: str) -> str:
    return text if text in {MINE, NOBODY} or _DIGITS.fullmatch(text) else ""


def _editor_filter(choice: str) -> EditorFilter | None:
    if not choice:
        return None
    if choice == NOBODY:
        return EditorFilter()
    return EditorFilter(current_desk_user().editor.editor_id if choice == MINE else int(choice))


def unread_dates(arguments: Mapping[str, str]) -> list[str]:
    """Return the dates in query arguments that can't be read, as they were typed; the list shows none of it.

    A browser without a date picker lets people type them as they like.
    """
    typed = (arguments.get(name, "").strip() for name in ("since", "until"))
    return [text[:MAX_VALUE_LENGTH] for text in typed if text and _parse_date(text) is None]


def _parse_date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The day's midnights, converted to UTC, must be within the range of datetime.
    return day if date(1900, 1, 1) <= day <= date(9000, 1, 1) else None


def _parse_cursor(text: str) -> QueueCursor | None:
    moment, _, letter_id = text.partition("-")
    if not (_DIGITS.fullmatch(moment) and _DIGITS.fullmatch(letter_id)):
        return None
    try:
        return QueueCursor(EPOCH + int(moment) * MICROSECOND, int(letter_id))
    except OverflowError:
        return None
