"""The tables [categories.*]: `Category`, a category of letters that a writer can choose; its reader."""

from dataclasses import dataclass

from webapp.rules.policy.limits import SLUG
from webapp.rules.policy.localized_text import LocalizedText, read_localized_text
from webapp.rules.policy.sections.length import GeneralLimits, LengthLimits, read_length_limits
from webapp.rules.policy.toml_table import TomlTable

GENERAL_CATEGORY = "general"
"""The key that a form or a file may use for a letter without a category; it is stored as an empty string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of letters that the writer can choose.

    Attributes:
        key: Identifies the category in the form, the API and the store.
        title: Its name in the form.
        length: How long it may be.
        right_of_reply: Whether it is for people whom the paper has named; frequency rules don't apply to it.
    """

    key: str
    title: LocalizedText
    length: LengthLimits
    right_of_reply: bool = False


def read_category(key: str, table: TomlTable, general: GeneralLimits) -> Category:
    """Read one table of [categories]; ``general`` has the limits that it takes where it sets none."""
    if not SLUG.fullmatch(key):
        table.add_mistake(
            "", f"a category's key has to be small letters, digits and single hyphens, not “{key}”"
        )
    if key == GENERAL_CATEGORY:
        table.add_mistake(
            "", f"“{GENERAL_CATEGORY}” is what a letter of no category is called; [words] is about those"
        )
    category = Category(
        key=key,
        title=read_localized_text(table, "title"),
        length=read_length_limits(table, general),
        right_of_reply=table.flag("right_of_reply", default=False),
    )
    table.finish()
    return category
