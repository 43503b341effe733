"""`MessageText`: the lines of a message, of which passages are cut for a reason and can be put back."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class CutKind(StrEnum):
    """What a passage is that is cut from the text of a message; the values are in the JSON output."""

    BANNER = "banner"
    """A warning that a company's mail gateway puts above messages from outside."""
    HEADER = "header"
    """The header of a message that was forwarded as text."""
    QUOTE = "quote"
    """A message that is quoted, with the line that announces it."""
    SIGNATURE = "signature"
    """What a mail program adds below “-- ”."""
    PARTICULARS = "particulars"
    """Name, address, phone number and closing, which the writer typed and which are stored as such."""
    FOOTER = "footer"
    """What a phone, a virus scanner, a mailing list or a company adds below a message."""
    FILE = "file"
    """A file that was written into the text (uuencode, or a key or signature of PGP)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage that was cut.

    Attributes:
        kind: What it is.
        text: Its lines as they stand in the message, without blank lines at its ends.
    """

    kind: CutKind
    text: str


class MessageText:
    """The lines of a message; each is left, or cut as part of a passage of one kind."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Begin with all ``lines`` left."""
        self._all = list(lines)
        self._kinds: list[CutKind | None] = [None] * len(self._all)
        self._places: list[int | None] = list(range(len(self._all)))
        self.lines = list(self._all)
        """The lines that are left, with a blank one where a passage was cut between two that aren't blank."""

    def cut(self, kind: CutKind, numbers: Iterable[int]) -> None:
        """Cut the lines with these numbers in ``lines``, which has other numbers from then on."""
        for number in numbers:
            place = self._places[number]
            if place is not None:
                self._kinds[place] = kind
        self._places = list(self._with_blanks([place for place, kind in enumerate(self._kinds) if not kind]))
        self.lines = ["" if place is None else self._all[place] for place in self._places]

    def cuts(self) -> tuple[Cut, ...]:
        """Return the passages that were cut, in their order in the message."""
        passages = [
            Cut(kind, text)
            for kind, lines in itertools.groupby(self._cut_lines(), key=lambda each: each[0])
            if kind and (text := "\n".join(line for _, line in lines).strip("\n"))
        ]
        return tuple(passages)

    def _cut_lines(self) -> Iterable[tuple[CutKind | None, str]]:
        return (
            (kind, line) for kind, line in zip(self._kinds, self._all, strict=True) if kind or line.strip()
        )

    def _with_blanks(self, places: Sequence[int]) -> Iterable[int | None]:
        for above, below in zip([None, *places], places, strict=False):
            is_gap = above is not None and below > above + 1
            if is_gap and above is not None and self._all[above].strip() and self._all[below].strip():
                yield None
            yield below
