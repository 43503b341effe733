"""`HintedPattern`: a regular expression that is only searched for where one of a few plain strings stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HintedPattern:
    """A regular expression with hints: plain strings of which each match has one at least.

    A string is found about fifty times faster than a pattern with many alternatives.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def may_match(self, text: str) -> bool:
        """Return whether a hint stands in ``text``."""
        return any(hint in text for hint in self.hints)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in ``text``."""
        return self.pattern.search(text) if self.may_match(text) else None

    def find_all(self, text: str) -> Iterator[re.Match[str]]:
        """Yield all matches in ``text``."""
        return self.pattern.finditer(text) if self.may_match(text) else iter(())


def search_any(patterns: Iterable[HintedPattern], text: str) -> re.Match[str] | None:
    """Return the first match in ``text`` of the first of ``patterns`` that has one."""
    return next((match for pattern in patterns if (match := pattern.search(text))), None)
