"""Wording of bulk moves: button labels, results, and why a letter was skipped."""

from collections.abc import Callable

from flask_babel import LazyString, lazy_gettext, ngettext

from webapp.letters.editing.bulk import SkipReason
from webapp.rules.enums import State

SKIP_REASONS: dict[SkipReason, LazyString] = {
    SkipReason.MISSING: lazy_gettext("This letter no longer exists."),
    SkipReason.CHANGED: lazy_gettext("It has changed since you ticked it."),
    SkipReason.CLAIMED: lazy_gettext("A colleague has claimed it."),
    SkipReason.ILLEGAL: lazy_gettext("It can’t be moved there from its present state."),
    SkipReason.UNVERIFIED: lazy_gettext("The writer has not been verified as the paper requires."),
    SkipReason.NO_ISSUE: lazy_gettext("Its paper is not published on that day."),
    SkipReason.PAST_ISSUE: lazy_gettext("That day is over."),
    SkipReason.NOT_SERVED: lazy_gettext("Its paper is no longer served here."),
    SkipReason.NOTHING_TO_UNDO: lazy_gettext("There is nothing to undo."),
}
"""Why a letter was left out of a bulk move."""

_MOVE_LABELS: dict[State, Callable[[int], str]] = {
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
_MOVE_RESULTS: dict[State, Callable[[int], str]] = {
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


def bulk_move_label(to_state: State, number: int) -> str:
    """Return the label of the button that moves ``number`` letters to a state: “Hold 3 letters”.

    Raises:
        KeyError: the state is PUBLISHED or WITHDRAWN, for which there is no bulk move.
    """
    return str(_MOVE_LABELS[to_state](number))


def bulk_move_result(to_state: State | None, number: int) -> str:
    """Return the sentence that ``number`` letters were moved; without a state, that this was undone.

    Raises:
        KeyError: the state is PUBLISHED or WITHDRAWN, for which there is no bulk move.
    """
    if to_state is None:
        return str(ngettext("Undone for %(num)s letter", "Undone for %(num)s letters", number))
    return str(_MOVE_RESULTS[to_state](number))
