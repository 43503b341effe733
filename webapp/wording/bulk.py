"""What is done to many letters at once, and why one of them stays where it is."""

from collections.abc import Callable

from flask_babel import LazyString, lazy_gettext, ngettext

from webapp.letters.editing.bulk import WhyLeftOut
from webapp.rules.states import State

LEFT_OUT: dict[WhyLeftOut, LazyString] = {
    WhyLeftOut.MISSING: lazy_gettext("This letter no longer exists."),
    WhyLeftOut.CHANGED: lazy_gettext("It has changed since you ticked it."),
    WhyLeftOut.CLAIMED: lazy_gettext("A colleague has claimed it."),
    WhyLeftOut.ILLEGAL: lazy_gettext("It can’t be moved there from its present state."),
    WhyLeftOut.UNVERIFIED: lazy_gettext("The writer has not been verified as the paper requires."),
    WhyLeftOut.NO_ISSUE: lazy_gettext("Its paper is not published on that day."),
    WhyLeftOut.NOT_SERVED: lazy_gettext("Its paper is no longer served here."),
    WhyLeftOut.NOTHING_TO_UNDO: lazy_gettext("There is nothing to undo."),
}

_MOVES: dict[State, Callable[[int], str]] = {
    State.SHORTLISTED: lambda number: ngettext(
        "Shortlist %(num)s letter", "Shortlist %(num)s letters", number
    ),
    State.HELD: lambda number: ngettext("Hold %(num)s letter", "Hold %(num)s letters", number),
    State.SCHEDULED: lambda number: ngettext("Schedule %(num)s letter", "Schedule %(num)s letters", number),
    State.DECLINED: lambda number: ngettext("Decline %(num)s letter", "Decline %(num)s letters", number),
    State.RECEIVED: lambda number: ngettext(
        "Move %(num)s letter back to received", "Move %(num)s letters back to received", number
    ),
}
_MOVED: dict[State, Callable[[int], str]] = {
    State.SHORTLISTED: lambda number: ngettext(
        "%(num)s letter shortlisted", "%(num)s letters shortlisted", number
    ),
    State.HELD: lambda number: ngettext("%(num)s letter held", "%(num)s letters held", number),
    State.SCHEDULED: lambda number: ngettext("%(num)s letter scheduled", "%(num)s letters scheduled", number),
    State.DECLINED: lambda number: ngettext("%(num)s letter declined", "%(num)s letters declined", number),
    State.RECEIVED: lambda number: ngettext(
        "%(num)s letter moved back to received", "%(num)s letters moved back to received", number
    ),
}


def move_of_many(to_state: State, number: int) -> str:
    """Name the move that brings so many letters into a state, as a button says it."""
    return str(_MOVES[to_state](number))


def many_moved(to_state: State | None, number: int) -> str:
    """Say that so many letters were brought into a state; that it was undone, where there is none."""
    if to_state is None:
        return str(ngettext("Undone for %(num)s letter", "Undone for %(num)s letters", number))
    return str(_MOVED[to_state](number))
