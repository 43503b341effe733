"""The table [content]: what a letter may contain, and the kinds of letters not taken; its reader."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.rules.policy.limits import MAX_COUNT
from webapp.rules.policy.toml_table import TomlTable


class LetterKind(StrEnum):
    """Kinds of letters that a paper may say it doesn't print."""

    VERSE = "verse"
    OPEN_LETTER = "open_letter"
    THANK_YOU = "thank_you"
    FORM_LETTER = "form_letter"
    ENDORSEMENT = "endorsement"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRules:
    """What a letter may contain. Only ``links`` and ``attachments`` can lead to a refusal.

    Attributes:
        links: Whether the text may contain web addresses.
        attachments: Whether an e-mail may have attachments.
        signatures_maximum: The most people that may sign one letter; no limit if ``None``.
        not_taken: Kinds of letters that the paper doesn't print, for the rules over its form. Whether named
            here or not, all but form letters draw an advisory (`webapp.rules.advisories`); of these, the desk
            shows the passages that letters share.
        thanked_people_maximum: The most people that a letter of thanks may name; no limit if ``None``.
        thanked_businesses_maximum: The most businesses that a letter of thanks may name; no limit if
            ``None``.
    """

    links: bool = True
    attachments: bool = True
    signatures_maximum: int | None = None
    not_taken: frozenset[LetterKind] = frozenset()
    thanked_people_maximum: int | None = None
    thanked_businesses_maximum: int | None = None


def read_content(table: TomlTable) -> ContentRules:
    """Read [content]."""
    content = ContentRules(
        links=table.flag("links", default=True),
        attachments=table.flag("attachments", default=True),
        signatures_maximum=table.optional_integer("signatures_maximum", least=1, most=MAX_COUNT),
        not_taken=frozenset(LetterKind(kind) for kind in table.words("not_taken", tuple(LetterKind))),
        thanked_people_maximum=table.optional_integer("thanked_people_maximum", least=1, most=MAX_COUNT),
        thanked_businesses_maximum=table.optional_integer(
            "thanked_businesses_maximum", least=1, most=MAX_COUNT
        ),
    )
    table.finish()
    return content
