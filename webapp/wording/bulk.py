"""Why a letter stays where it is while others are moved."""

from flask_babel import LazyString, lazy_gettext

from webapp.letters.bulk import WhyLeftOut

LEFT_OUT: dict[WhyLeftOut, LazyString] = {
    WhyLeftOut.MISSING: lazy_gettext("There is no such letter any more."),
    WhyLeftOut.CHANGED: lazy_gettext("It has changed since you ticked it."),
    WhyLeftOut.CLAIMED: lazy_gettext("A colleague is on it."),
    WhyLeftOut.ILLEGAL: lazy_gettext("It can’t go there from where it is."),
    WhyLeftOut.UNVERIFIED: lazy_gettext("The paper asks for more proof of the writer before it prints."),
    WhyLeftOut.NOT_SERVED: lazy_gettext("Its paper isn’t served here any more."),
    WhyLeftOut.NOTHING_TO_UNDO: lazy_gettext("There is nothing to undo."),
}
