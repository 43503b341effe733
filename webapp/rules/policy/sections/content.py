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
    """What a letter may contain. Only links, a missing source and attachments can lead to a refusal.

    Attributes:
        links: Whether the text may contain web addresses.
        links_maximum: The most web addresses in the text; no limit if ``None``.
        source_required: Whether a letter has to give the web address of a source, in the text or as the link
            to the article that it answers.
        attachments: Whether an e-mail may have attachments.
        copies: Whether an e-mail may go to others besides the paper; if not, one that does is an advisory.
        signatures_maximum: The most people that may sign one letter; no limit if ``None``.
        not_taken: Kinds of letters that the paper doesn't print, for the rules over its form. Whether named
            here or not, all but form letters draw an advisory (`webapp.rules.advisories`); of these, the desk
            shows the passages that letters share.
        thanked_maximum: The most people and businesses together that a letter of thanks may name; no limit if
            ``None``.
        thanked_people_maximum: The most people that a letter of thanks may name; no limit if ``None``.
        thanked_businesses_maximum: The most businesses that a letter of thanks may name; no limit if
            ``None``.
    """

    links: bool = True
    links_maximum: int | None = None
    source_required: bool = False
    attachments: bool = True
    copies: bool = True
    signatures_maximum: int | None = None
    not_taken: frozenset[LetterKind] = frozenset()
    thanked_maximum: int | None = None
    thanked_people_maximum: int | None = None
    thanked_businesses_maximum: int | None = None


def read_content(table: TomlTable) -> ContentRules:
    """Read [content]."""
    content = ContentRules(
        links=table.flag("links", default=True),
        links_maximum=table.optional_integer("links_maximum", least=1, most=MAX_COUNT),
        source_required=table.flag("source_required", default=False),
        attachments=table.flag("attachments", default=True),
        copies=table.flag("copies", default=True),
        signatures_maximum=table.optional_integer("signatures_maximum", least=1, most=MAX_COUNT),
        not_taken=frozenset(LetterKind(kind) for kind in table.words("not_taken", tuple(LetterKind))),
        thanked_maximum=table.optional_integer("thanked_maximum", least=1, most=MAX_COUNT),
        thanked_people_maximum=table.optional_integer("thanked_people_maximum", least=1, most=MAX_COUNT),
        thanked_businesses_maximum=table.optional_integer(
            "thanked_businesses_maximum", least=1, most=MAX_COUNT
        ),
    )
    if not content.links:
        for key in ("links_maximum", "source_required"):
            if table.has(key):
                table.add_mistake(key, "can't be set beside “links = false”")
    if content.thanked_maximum and (content.thanked_people_maximum or content.thanked_businesses_maximum):
        table.add_mistake("thanked_maximum", "can't be set beside a maximum of people or of businesses")
    table.finish()
    return content
