"""The tables [words] and [length], and limits of a kind: `LengthLimits` in a `LengthUnit`; their readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from webapp.rules.policy.limits import MAX_CHARACTER_LIMIT, MAX_LINE_LENGTH, MAX_LINE_LIMIT, MAX_WORD_LIMIT
from webapp.rules.policy.toml_table import TomlTable

MIN_LINE_LENGTH = 10
"""Characters."""
DEFAULT_LINE_LENGTH = 60
"""Characters; a line of a typewritten page, by which papers that count lines count them."""


class LengthUnit(StrEnum):
    """What a paper counts in a letter; characters with spaces unless the name says otherwise."""

    WORDS = "words"
    CHARACTERS = "characters"
    CHARACTERS_WITHOUT_SPACES = "characters_without_spaces"
    LINES = "lines"


MAXIMUM_OF_UNIT: Mapping[LengthUnit, int] = MappingProxyType(
    {
        LengthUnit.WORDS: MAX_WORD_LIMIT,
        LengthUnit.CHARACTERS: MAX_CHARACTER_LIMIT,
        LengthUnit.CHARACTERS_WITHOUT_SPACES: MAX_CHARACTER_LIMIT,
        LengthUnit.LINES: MAX_LINE_LIMIT,
    }
)
"""The largest limit that a policy may set in each unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthLimits:
    """The length of a letter that a paper takes; all limits are inclusive.

    Attributes:
        unit: What is counted.
        maximum: The most that is taken; no fixed limit if ``None``.
        minimum: The least that is taken.
        preferred: The length that the paper likes best to stay below, which only advises the writer; ``None``
            for none.
        line_length: Characters in a line; it matters for `LengthUnit.LINES` only.
    """

    unit: LengthUnit = LengthUnit.WORDS
    maximum: int | None = None
    minimum: int = 1
    preferred: int | None = None
    line_length: int = DEFAULT_LINE_LENGTH

    def is_too_long(self, actual: int) -> bool:
        """Return whether a length in the unit is above the maximum."""
        return self.maximum is not None and actual > self.maximum


@dataclass(frozen=True, slots=True)
class GeneralLimits:
    """The limits of a general letter, which a kind without its own has; and whether they could be read."""

    limits: LengthLimits
    is_read: bool


def read_general_limits(document: TomlTable) -> GeneralLimits:
    """Read [words] or [length], of which a policy has exactly one.

    [words] has to set its maximum; [length] sets a unit, and without a maximum there is no fixed limit.
    """
    if document.has("length"):
        if document.has("words"):
            document.add_mistake("length", "a policy has [words] or [length], not both")
        table = document.table("length")
        unit = table.choice("unit", LengthUnit.WORDS)
        limits = _read_limits(table, LengthLimits(unit=unit))
    else:
        table = document.table("words")
        limits = _read_limits(table, LengthLimits(), is_maximum_required=True)
    table.finish()
    return GeneralLimits(limits, is_read=not table.stands_in("maximum") and not document.stands_in("length"))


def read_length_limits(table: TomlTable, general: GeneralLimits) -> LengthLimits:
    """Read the limits of a kind of letter, which has those of ``general`` unless it sets its own.

    A kind with another unit takes over no limit; one with its own maximum takes over no preferred length.
    """
    limits = general.limits
    unit = table.choice("unit", limits.unit) if table.has("unit") else limits.unit
    if unit is not limits.unit:
        return _read_limits(table, LengthLimits(unit=unit))
    defaults = LengthLimits(
        unit=unit,
        maximum=limits.maximum if general.is_read or table.has("maximum") else None,
        preferred=None if table.has("maximum") else limits.preferred,
        line_length=limits.line_length,
    )
    return _read_limits(table, defaults)


def _read_limits(
    table: TomlTable, defaults: LengthLimits, *, is_maximum_required: bool = False
) -> LengthLimits:
    most = MAXIMUM_OF_UNIT[defaults.unit]
    has_maximum, has_preferred = is_maximum_required or table.has("maximum"), table.has("preferred")
    limits = LengthLimits(
        unit=defaults.unit,
        maximum=table.integer("maximum", least=1, most=most) if has_maximum else defaults.maximum,
        minimum=table.integer("minimum", 1, least=1, most=most),
        preferred=table.integer("preferred", least=1, most=most) if has_preferred else defaults.preferred,
        line_length=_read_line_length(table, defaults),
    )
    _check_order(table, limits)
    return limits


def _read_line_length(table: TomlTable, defaults: LengthLimits) -> int:
    if defaults.unit is not LengthUnit.LINES or not table.has("line_length"):
        return defaults.line_length
    return table.integer("line_length", least=MIN_LINE_LENGTH, most=MAX_LINE_LENGTH)


def _check_order(table: TomlTable, limits: LengthLimits) -> None:
    """Add a mistake for each limit on the wrong side of another one; one that can't be read is on none."""
    maximum = None if table.stands_in("maximum") else limits.maximum
    is_minimum_read = table.has("minimum") and not table.stands_in("minimum")
    if maximum is not None and is_minimum_read and limits.minimum > maximum:
        table.add_mistake("minimum", f"is {limits.minimum}, more than the maximum of {maximum}")
    if limits.preferred is None or not table.has("preferred") or table.stands_in("preferred"):
        return
    if maximum is not None and limits.preferred > maximum:
        table.add_mistake("preferred", f"is {limits.preferred}, more than the maximum of {maximum}")
    elif is_minimum_read and limits.preferred < limits.minimum:
        table.add_mistake("preferred", f"is {limits.preferred}, less than the minimum of {limits.minimum}")
