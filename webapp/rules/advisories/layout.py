"""A letter as it lies on the page: its paragraphs and their lines."""

import re
from dataclasses import dataclass
from itertools import chain

LONGEST_LOOKED_AT = 40_000
"""Characters: no paper takes a longer letter, and nobody may make the desk wait by pasting one."""

_BLANK_LINES = re.compile(r"\n\s*\n")


VALEDICTION = re.compile(
    r"(?:yours?(?: (?:sincerely|faithfully|truly|ever|etc|respectfully))?"
    r"|(?:sincerely|faithfully|respectfully)(?: yours)?"
    r"|(?:with |my |our )?(?:best|kind|kindest|warm|warmest|many)? ?(?:regards|wishes|respect|thanks)|cheers"
    r"|signed(?: by)?|we remain.*|mit freundlichen grüßen|hochachtungsvoll|cordialement|atentamente|saludos"
    r"|此致|敬上|謹啟|聯署(?:人)?|联署(?:人)?)"
    r"\s*[,.:\uff1a–—-]*\s*",
    re.IGNORECASE,
)
"""How letters close, in several languages, before they are signed."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of a letter, and the lines in it that hold anything.

    Attributes:
        text: The text as far as it is looked at.
        paragraphs: What blank lines part, each as its lines. Indents are kept: they tell how full a line is.
    """

    text: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines that hold anything, from top to bottom, without their indents."""
        return tuple(map(str.lstrip, chain.from_iterable(self.paragraphs)))


def lay_out(body: str) -> Layout:
    """Return the layout of a body with plain line ends."""
    text = body[:LONGEST_LOOKED_AT]
    paragraphs = (
        tuple(line for typed in paragraph.split("\n") if (line := typed.rstrip()))
        for paragraph in _BLANK_LINES.split(text.expandtabs())
    )
    return Layout(text, tuple(paragraph for paragraph in paragraphs if paragraph))
