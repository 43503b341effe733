"""The table [writers]: who may write to the paper; its reader."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.policy.localized_text import (
    NO_TEXT,
    LocalizedText,
    read_localized_text,
    read_localized_texts,
)
from webapp.rules.policy.toml_table import TomlTable

MAX_ONLY_LENGTH = 300
"""Characters of the sentence that says who may write."""


class Organisations(StrEnum):
    """Whether a paper takes letters that are signed by an organisation: a committee, a school, a firm."""

    TAKEN = "taken"
    OFFICER_NAMED = "officer_named"
    """Only with the name of a person who signs for it."""
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterRules:
    """Who may write to the paper.

    Attributes:
        roles_barred: Who may never write, in words, for example “councillor”. A declared interest that
            mentions such a word is shown to the editor.
        only: A sentence on who may write, printed over the form and left to the editor to judge; no text for
            none. A paper that wants it confirmed asks a question of the kind “tick”.
        organisations: Whether an organisation may sign.
    """

    roles_barred: tuple[LocalizedText, ...] = ()
    only: LocalizedText = NO_TEXT
    organisations: Organisations = Organisations.TAKEN


def read_writers(table: TomlTable) -> WriterRules:
    """Read [writers]."""
    writers = WriterRules(
        roles_barred=read_localized_texts(table, "roles_barred"),
        only=read_localized_text(table, "only", "", longest=MAX_ONLY_LENGTH),
        organisations=table.choice("organisations", Organisations.TAKEN),
    )
    table.finish()
    return writers
