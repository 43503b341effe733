"""The table [words] and the limits of a category: `WordLimits`; their reader."""

from dataclasses import dataclass

from webapp.rules.policy.limits import MAX_WORD_LIMIT
from webapp.rules.policy.toml_table import TomlTable


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLimits:
    """The length of a letter in words; both limits are inclusive."""

    maximum: int
    minimum: int = 1


@dataclass(frozen=True, slots=True)
class GeneralMaximum:
    """The maximum of [words], that of each category without its own; and whether it could be read."""

    words: int
    is_read: bool


def read_word_limits(table: TomlTable, general: GeneralMaximum | None) -> WordLimits:
    """Read ``maximum`` and ``minimum``; ``general`` has the default maximum, without which it is required."""
    limits = WordLimits(
        maximum=table.integer("maximum", general.words if general else None, least=1, most=MAX_WORD_LIMIT),
        minimum=table.integer("minimum", 1, least=1, most=MAX_WORD_LIMIT),
    )
    is_maximum_read = (
        general.is_read if general and not table.has("maximum") else not table.stands_in("maximum")
    )
    if is_maximum_read and limits.minimum > limits.maximum and table.has("minimum"):
        table.add_mistake("minimum", f"is {limits.minimum}, more than the maximum of {limits.maximum}")
    return limits
