"""Formatting a letter's text as HTML paragraphs, and its reference in groups of four characters."""

import re

from markupsafe import Markup, escape

REFERENCE_GROUP = 4
"""Characters in one group of a reference."""

_BLANK_LINES = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> Markup:
    """Return plain text as HTML: escaped, ``<p>`` between blank lines, ``<br>`` for single line breaks.

    Whitespace at both ends is removed first; empty text gives one empty ``<p>``.
    """
    escaped = str(escape(text.strip()))
    with_breaks = (paragraph.replace("\n", "<br>") for paragraph in _BLANK_LINES.split(escaped))
    return Markup("\n".join(f"<p>{paragraph}</p>" for paragraph in with_breaks))  # noqa: S704 -- it is escaped


def grouped_reference(reference: str) -> str:
    """Return a reference with a hyphen after every `REFERENCE_GROUP` characters: “BCDF-GHJK”."""
    groups = range(0, len(reference), REFERENCE_GROUP)
    return "-".join(reference[start : start + REFERENCE_GROUP] for start in groups)
