"""A letter split into paragraphs and lines, for most detectors of advisories; a pattern of valedictions."""

import re
from dataclasses import dataclass
from itertools import chain

MAX_EXAMINED_LENGTH = 40_000
"""Characters that are examined: no paper takes a longer letter, and it bounds the time per request."""

_BLANK_LINES = re.compile(r"\n\s*\n")

VALEDICTION = re.compile(
    r"(?:yours?(?:,? (?:sincerely|faithfully|truly|ever|etc|&c|respectfully))?"
    r"|(?:sincerely|faithfully|respectfully)(?: yours)?"
    r"|(?:with |my |our )?(?:best|kind|kindest|warm|warmest|many)? ?(?:regards|wishes|respect|thanks)|cheers"
    r"|signed(?: by)?|we remain.*|mit freundlichen grüßen|hochachtungsvoll|cordialement|atentamente|saludos"
    r"|此致|敬上|謹啟|聯署(?:人)?|联署(?:人)?)"
    # Possessive: there are quadratically many ways to part a run of spaces between the two.
    r"\s*+[,.:\uff1a–—-]*+\s*+",
    re.IGNORECASE,
)
"""The closing of a letter before the signature (“Yours faithfully,”), in several languages."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A letter's text, and its lines that aren't blank.

    Attributes:
        text: The first `MAX_EXAMINED_LENGTH` characters, otherwise unchanged.
        paragraphs: The paragraphs, separated by blank lines, each as its lines. Tabs are expanded and
            indentation is kept, as it belongs to the width of a line.
    """

    text: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines that aren't blank, in order, without indentation; built anew at each access."""
        return tuple(map(str.lstrip, chain.from_iterable(self.paragraphs)))


def read_layout(body: str) -> Layout:
    """Split a body with LF line ends, as far as `MAX_EXAMINED_LENGTH`; spaces at line ends are left out."""
    text = body[:MAX_EXAMINED_LENGTH]
    paragraphs = (
        tuple(line for typed in paragraph.split("\n") if (line := typed.rstrip()))
        for paragraph in _BLANK_LINES.split(text.expandtabs())
    )
    return Layout(text, tuple(paragraph for paragraph in paragraphs if paragraph))
