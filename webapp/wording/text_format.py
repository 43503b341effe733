"""A letter's text as HTML paragraphs, people's words inside our sentences, references in groups of four."""

import re

from markupsafe import Markup, escape

REFERENCE_GROUP = 4
"""Characters in one group of a reference."""

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
_BIDIRECTIONAL = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""A letter of a script that is written from right to left, or a character that sets the direction."""

_BLANK_LINES = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> Markup:
    """Return plain text as HTML: escaped, ``<p>`` between blank lines, ``<br>`` for single line breaks.

    Each paragraph gets the direction of its own first letter, whatever the page around it is written in.
    Whitespace at both ends is removed first; empty text gives one empty ``<p>``.
    """
    escaped = str(escape(text.strip()))
    with_breaks = (paragraph.replace("\n", "<br>") for paragraph in _BLANK_LINES.split(escaped))
    return Markup("\n".join(f'<p dir="auto">{paragraph}</p>' for paragraph in with_breaks))  # noqa: S704 -- it is escaped


def isolated(text: str) -> str:
    """Return what somebody typed so that it can stand in a line of ours, in HTML or in plain text.

    Text with letters that are written from right to left, or with characters that set the direction, is put
    between the characters that isolate it (Unicode, UAX 9): it keeps its own direction, and what is around it
    keeps its place. Any other text is returned as it is.
    """
    if not _BIDIRECTIONAL.search(text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"


def grouped_reference(reference: str) -> str:
    """Return a reference with a hyphen after every `REFERENCE_GROUP` characters: “BCDF-GHJK”."""
    groups = range(0, len(reference), REFERENCE_GROUP)
    return "-".join(reference[start : start + REFERENCE_GROUP] for start in groups)
