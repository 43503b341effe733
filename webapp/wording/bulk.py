"""Why a letter stays where it is while others are moved."""

from flask_babel import LazyString, lazy_gettext

from webapp.letters.bulk import WhyLeftOut

LEFT_OUT: dict[WhyLeftOut, LazyString] = {
    WhyLeftOut.MISSING: lazy_gettext("This letter no longer exists."),
    WhyLeftOut.CHANGED: lazy_gettext("It has changed since you ticked it."),
    WhyLeftOut.CLAIMED: lazy_gettext("A colleague has claimed it."),
    WhyLeftOut.ILLEGAL: lazy_gettext("It can’t be moved there from its present state."),
    WhyLeftOut.UNVERIFIED: lazy_gettext("The writer has not been verified in the way that the paper requires."),
    WhyLeftOut.NOT_SERVED: lazy_gettext("Its paper is no longer served here."),
    WhyLeftOut.NOTHING_TO_UNDO: lazy_gettext("There is nothing to undo."),
}
