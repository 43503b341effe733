"""Lengths of letters in the paper's unit: quantities, limits as sentences, live counts in the form."""

from collections.abc import Iterator

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from webapp.rules.policy.sections.length import LengthLimits, LengthUnit
from webapp.wording.locale_formats import decimal

_PREFERRED = lazy_gettext("{length} so far; preferably no more than {limit}")
COUNTS: dict[str, LazyString] = {
    "none-set": lazy_gettext("Length so far: {length}"),
    "left": lazy_gettext("{length} of {limit}, {difference} left"),
    "preferred": _PREFERRED,
    "over-preferred": _PREFERRED,
    "short": lazy_gettext("{length}; at least {limit} needed: add {difference}"),
    "over": lazy_gettext("{length}; the limit is {limit}: cut {difference}"),
}
"""The length while the writer types, which the browser fills in; a limit is a quantity, as “400 words”."""


def quantity(number: int, unit: LengthUnit) -> str:
    """Return a number of units: “437 words”, “1,534 characters”, “26 lines”."""
    shown = decimal(number)
    match unit:
        case LengthUnit.WORDS:
            return str(ngettext("%(number)s word", "%(number)s words", number, number=shown))
        case LengthUnit.CHARACTERS:
            return str(ngettext("%(number)s character", "%(number)s characters", number, number=shown))
        case LengthUnit.CHARACTERS_WITHOUT_SPACES:
            return str(
                ngettext(
                    "%(number)s character without spaces",
                    "%(number)s characters without spaces",
                    number,
                    number=shown,
                )
            )
        case LengthUnit.LINES:
            return str(ngettext("%(number)s line", "%(number)s lines", number, number=shown))


def length_rules(limits: LengthLimits) -> Iterator[str]:
    """Yield the limits as sentences; none where there are none."""
    unit, maximum = limits.unit, limits.maximum
    if maximum is not None and limits.minimum > 1:
        yield gettext(
            "From %(minimum)s to %(maximum)s.",
            minimum=decimal(limits.minimum),
            maximum=quantity(maximum, unit),
        )
    elif maximum is not None:
        yield gettext("At most %(maximum)s.", maximum=quantity(maximum, unit))
    elif limits.minimum > 1:
        yield gettext("At least %(minimum)s.", minimum=quantity(limits.minimum, unit))
    if limits.preferred is not None:
        yield gettext("Preferably no more than %(preferred)s.", preferred=quantity(limits.preferred, unit))
    if unit is LengthUnit.LINES and (maximum or limits.preferred or limits.minimum > 1):
        yield gettext("A line has %(length)s.", length=quantity(limits.line_length, LengthUnit.CHARACTERS))


def limits_for_browser(limits: LengthLimits) -> dict[str, object]:
    """Return the limits as the counter in the page takes them: numbers, and as quantities in words."""
    numbers = {"minimum": limits.minimum, "maximum": limits.maximum, "preferred": limits.preferred}
    return {
        "unit": limits.unit.value,
        "lineLength": limits.line_length,
        **numbers,
        "shown": {name: quantity(each, limits.unit) for name, each in numbers.items() if each is not None},
    }
