"""What happened to a letter, as a sentence."""

from collections.abc import Callable

from flask_babel import LazyString, gettext, lazy_gettext

from webapp.rules.states import State
from webapp.store.models import Channel, Event, EventKind
from webapp.wording.locale import short_date
from webapp.wording.states import DECLINE_REASONS, EVENTS, STATES
from webapp.wording.verification import CALL_OUTCOMES

RECEIVED: dict[Channel, LazyString] = {
    Channel.FORM: lazy_gettext("Received through the form"),
    Channel.MAIL: lazy_gettext("Received by e-mail"),
    Channel.IMPORT: lazy_gettext("Imported"),
    Channel.API: lazy_gettext("Received through the API"),
}

TOLD_IN_SENTENCE = frozenset({EventKind.TAGGED, EventKind.UNTAGGED, EventKind.DOSSIER_TAKEN})
"""Events whose note is part of their sentence."""


def told(event: Event, channel: Channel) -> str:
    """Return what happened, without who and when and without the note beside it.

    Args:
        event: What happened, read with the colleague whom it concerns.
        channel: How the letter came in.
    """
    if event.kind is EventKind.RECEIVED:
        return str(RECEIVED[channel])
    say = _SAID.get(event.kind)
    return say(event) if say else str(EVENTS[event.kind])


def note_beside(event: Event) -> str:
    """Return the note that stands beside the sentence."""
    return "" if event.kind in TOLD_IN_SENTENCE else event.note


def _move(event: Event) -> str:
    if event.from_state is None or event.to_state is None:
        return str(EVENTS[event.kind])
    said = move_between(event.from_state, event.to_state)
    if event.undoes_id:
        said = gettext("Undone: %(move)s", move=said)
    if event.print_on:
        said = gettext("%(move)s, for the issue of %(day)s", move=said, day=short_date(event.print_on))
    if event.overrides:
        said = gettext("%(move)s, let through unverified", move=said)
    if event.reason:
        said = gettext("%(move)s: %(reason)s", move=said, reason=DECLINE_REASONS[event.reason])
    return str(said)


def move_between(before: State, after: State) -> str:
    """Name a move by the states at both its ends."""
    return str(gettext("%(before)s → %(after)s", before=STATES[before], after=STATES[after]))


def _call(event: Event) -> str:
    if event.outcome is None:
        return str(EVENTS[event.kind])
    return str(gettext("Rang the writer: %(outcome)s", outcome=CALL_OUTCOMES[event.outcome]))


def _taking_over(event: Event) -> str:
    if event.concerns is None:
        return str(EVENTS[event.kind])
    return str(gettext("Took the claim over from %(name)s", name=event.concerns.name))


def _assignment(event: Event) -> str:
    if event.concerns is None:
        return str(gettext("Assigned to nobody"))
    return str(gettext("Assigned to %(name)s", name=event.concerns.name))


def _dossier(event: Event) -> str:
    return str(gettext("Downloaded the dossier (SHA-256 of the file: %(digest)s)", digest=event.note))


def _about_copy(sentence: LazyString) -> Callable[[Event], str]:
    def say(event: Event) -> str:
        return str(sentence) % {"number": event.copy_number} if event.copy_number else str(EVENTS[event.kind])

    return say


_SAID: dict[EventKind, Callable[[Event], str]] = {
    EventKind.MOVED: _move,
    EventKind.CALLED: _call,
    EventKind.TAKEN_OVER: _taking_over,
    EventKind.ASSIGNED: _assignment,
    EventKind.TAGGED: lambda event: str(gettext("Added the tag “%(tag)s”", tag=event.note)),
    EventKind.UNTAGGED: lambda event: str(gettext("Removed the tag “%(tag)s”", tag=event.note)),
    EventKind.DOSSIER_TAKEN: _dossier,
    EventKind.EDITED: _about_copy(lazy_gettext("Made version %(number)s")),
    EventKind.APPROVAL_ASKED: _about_copy(lazy_gettext("Asked the writer to approve version %(number)s")),
    EventKind.APPROVED: _about_copy(lazy_gettext("The writer approved version %(number)s")),
    EventKind.OBJECTED: _about_copy(lazy_gettext("The writer objected to version %(number)s")),
}
