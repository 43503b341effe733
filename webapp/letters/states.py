"""The closed sets of the record: where a letter stands, how it came, what can happen to it."""

from enum import StrEnum

from webapp.rules.states import MessageKind, State

__all__ = [
    "LEGAL_MOVES",
    "Channel",
    "DeclineReason",
    "EventKind",
    "MessageKind",
    "MessageState",
    "Role",
    "State",
]


class Channel(StrEnum):
    """How a letter came in."""

    FORM = "form"
    MAIL = "mail"
    IMPORT = "import"
    API = "api"


class DeclineReason(StrEnum):
    """Why the desk does not print a letter."""

    SPACE = "space"
    COVERED = "covered"
    ELSEWHERE = "elsewhere"
    UNVERIFIED = "unverified"
    UNSUITABLE = "unsuitable"
    DUPLICATE = "duplicate"
    OTHER = "other"


class EventKind(StrEnum):
    """What happened to a letter."""

    RECEIVED = "received"
    MOVED = "moved"
    EMAIL_CONFIRMED = "email_confirmed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class MessageState(StrEnum):
    """Where an outgoing message stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class Role(StrEnum):
    """What an editor may do."""

    EDITOR = "editor"
    CHIEF = "chief"


LEGAL_MOVES: dict[State, tuple[State, ...]] = {
    State.RECEIVED: (State.SHORTLISTED, State.HELD, State.DECLINED),
    State.SHORTLISTED: (State.HELD, State.DECLINED, State.RECEIVED),
    State.HELD: (State.SHORTLISTED, State.DECLINED, State.RECEIVED),
    State.SCHEDULED: (),
    State.PUBLISHED: (),
    State.DECLINED: (State.RECEIVED,),
    State.WITHDRAWN: (),
}
"""What the desk may do next with a letter in each state, in the order in which it is offered."""
