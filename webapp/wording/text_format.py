"""How a letter's text and its reference are set, wherever they are read."""

import re

from markupsafe import Markup, escape

REFERENCE_GROUP = 4
"""Characters of a reference that are read out in one breath."""
_BLANK_LINES = re.compile(r"\n\s*\n")


def paragraphs(text: str) -> Markup:
    """Set a text as paragraphs, parted at blank lines, with single line ends kept."""
    escaped = str(escape(text.strip()))
    set_apart = (paragraph.replace("\n", "<br>") for paragraph in _BLANK_LINES.split(escaped))
    return Markup("\n".join(f"<p>{paragraph}</p>" for paragraph in set_apart))  # noqa: S704 -- it is escaped


def spoken(reference: str) -> str:
    """Show a reference in groups that can be read out."""
    groups = range(0, len(reference), REFERENCE_GROUP)
    return "-".join(reference[start : start + REFERENCE_GROUP] for start in groups)
