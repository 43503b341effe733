"""Sentences for the events in a letter's history; which of them hold the event's note."""

from collections.abc import Callable

from flask_babel import LazyString, gettext, lazy_gettext

from webapp.rules.enums import State
from webapp.store.models import Channel, Event, EventKind
from webapp.wording.desk.states import DECLINE_REASONS, STATES
from webapp.wording.desk.verification import CALL_OUTCOMES
from webapp.wording.locale_formats import short_date
from webapp.wording.text_format import isolated

EVENTS: dict[EventKind, LazyString] = {
    EventKind.RECEIVED: lazy_gettext("Received"),
    EventKind.MOVED: lazy_gettext("Moved"),
    EventKind.EMAIL_CONFIRMED: lazy_gettext("The writer confirmed the e-mail address"),
    EventKind.WITHDRAWN: lazy_gettext("The writer withdrew the letter"),
    EventKind.LAPSED: lazy_gettext("Lapsed: the e-mail address was never confirmed"),
    EventKind.CLAIMED: lazy_gettext("Claimed"),
    EventKind.RELEASED: lazy_gettext("Claim released"),
    EventKind.TAKEN_OVER: lazy_gettext("Claim taken over"),
    EventKind.PARTICULARS_SEEN: lazy_gettext("Looked at the writer’s particulars"),
    EventKind.CALLED: lazy_gettext("Rang the writer"),
    EventKind.NOTED: lazy_gettext("Note added"),
    EventKind.TAGGED: lazy_gettext("Tag added"),
    EventKind.UNTAGGED: lazy_gettext("Tag removed"),
    EventKind.ASSIGNED: lazy_gettext("Assigned"),
    EventKind.EDITED: lazy_gettext("Edited"),
    EventKind.APPROVAL_ASKED: lazy_gettext("Asked the writer to approve the edited version"),
    EventKind.APPROVED: lazy_gettext("The writer approved the edited version"),
    EventKind.OBJECTED: lazy_gettext("The writer objected to the edited version"),
    EventKind.MESSAGE_WRITTEN: lazy_gettext("Wrote to the writer"),
    EventKind.MESSAGE_CALLED_BACK: lazy_gettext("Stopped a message to the writer"),
    EventKind.DOSSIER_TAKEN: lazy_gettext("Downloaded the dossier"),
    EventKind.PURGED: lazy_gettext("The writer’s particulars were erased: the time for keeping them is over"),
    EventKind.ERASED: lazy_gettext("Erased the writer’s particulars"),
}

RECEIVED_SENTENCES: dict[Channel, LazyString] = {
    Channel.FORM: lazy_gettext("Received through the form"),
    Channel.MAIL: lazy_gettext("Received by e-mail"),
    Channel.IMPORT: lazy_gettext("Imported"),
    Channel.API: lazy_gettext("Received through the API"),
}

NOTE_IN_SENTENCE = frozenset({EventKind.TAGGED, EventKind.UNTAGGED, EventKind.DOSSIER_TAKEN})
"""Kinds of events whose note is part of their sentence."""


def event_sentence(event: Event, channel: Channel) -> str:
    """Return the sentence for an event, without the editor, the time and the separate note.

    Args:
        event: The event; of a TAKEN_OVER or ASSIGNED one, ``event.concerns`` must be loaded.
        channel: How the letter came in; used for the event RECEIVED only.
    """
    if event.kind is EventKind.RECEIVED:
        return str(RECEIVED_SENTENCES[channel])
    make_sentence = _SENTENCES.get(event.kind)
    return make_sentence(event) if make_sentence else str(EVENTS[event.kind])


def separate_note(event: Event) -> str:
    """Return the note to show beside the sentence; empty if it is part of the sentence."""
    return "" if event.kind in NOTE_IN_SENTENCE else event.note


def _moved(event: Event) -> str:
    if event.from_state is None or event.to_state is None:
        return str(EVENTS[event.kind])
    sentence = _between_states(event.from_state, event.to_state)
    if event.undoes_id:
        sentence = gettext("Undone: %(move)s", move=sentence)
    if event.print_on:
        sentence = gettext(
            "%(move)s, for the issue of %(day)s", move=sentence, day=short_date(event.print_on)
        )
    if event.overrides:
        sentence = gettext("%(move)s, let through unverified", move=sentence)
    if event.reason:
        sentence = gettext("%(move)s: %(reason)s", move=sentence, reason=DECLINE_REASONS[event.reason])
    return str(sentence)


def _between_states(before: State, after: State) -> str:
    """Return a move by the states before and after it: “Shortlisted → Held”."""
    return str(gettext("%(before)s → %(after)s", before=STATES[before], after=STATES[after]))


def _called(event: Event) -> str:
    if event.outcome is None:
        return str(EVENTS[event.kind])
    return str(gettext("Rang the writer: %(outcome)s", outcome=CALL_OUTCOMES[event.outcome]))


def _taken_over(event: Event) -> str:
    if event.concerns is None:
        return str(EVENTS[event.kind])
    return str(gettext("Took the claim over from %(name)s", name=isolated(event.concerns.distinct_name)))


def _assigned(event: Event) -> str:
    if event.concerns is None:
        return str(gettext("Assigned to nobody"))
    return str(gettext("Assigned to %(name)s", name=isolated(event.concerns.distinct_name)))


def _dossier_taken(event: Event) -> str:
    return str(gettext("Downloaded the dossier (SHA-256 of the file: %(digest)s)", digest=event.note))


def _about_version(sentence: LazyString) -> Callable[[Event], str]:
    """Return a function that puts the number of an event's version into ``sentence``."""

    def make_sentence(event: Event) -> str:
        return str(sentence) % {"number": event.copy_number} if event.copy_number else str(EVENTS[event.kind])

    return make_sentence


_SENTENCES: dict[EventKind, Callable[[Event], str]] = {
    EventKind.MOVED: _moved,
    EventKind.CALLED: _called,
    EventKind.TAKEN_OVER: _taken_over,
    EventKind.ASSIGNED: _assigned,
    EventKind.TAGGED: lambda event: str(gettext("Added the tag “%(tag)s”", tag=isolated(event.note))),
    EventKind.UNTAGGED: lambda event: str(gettext("Removed the tag “%(tag)s”", tag=isolated(event.note))),
    EventKind.DOSSIER_TAKEN: _dossier_taken,
    EventKind.EDITED: _about_version(lazy_gettext("Made version %(number)s")),
    EventKind.APPROVAL_ASKED: _about_version(lazy_gettext("Asked the writer to approve version %(number)s")),
    EventKind.APPROVED: _about_version(lazy_gettext("The writer approved version %(number)s")),
    EventKind.OBJECTED: _about_version(lazy_gettext("The writer objected to version %(number)s")),
}
