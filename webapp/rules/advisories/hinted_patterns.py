"""`HintedPattern`: a regular expression that is only searched for where one of a few plain strings stands."""

import re
from collections.abc import Iterable
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
        for hint in self.hints:  # noqa: SIM110 -- three times as fast as a generator
            if hint in text:
                return True
        return False

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in ``text``."""
        return self.pattern.search(text) if self.may_match(text) else None


def may_match(patterns: Iterable[HintedPattern], text: str) -> tuple[HintedPattern, ...]:
    """Return those of ``patterns`` that have a hint in ``text``: only these can match a part of it."""
    return tuple(pattern for pattern in patterns if pattern.may_match(text))


def search_any(patterns: Iterable[HintedPattern], text: str) -> re.Match[str] | None:
    """Return the first match in ``text`` of the first of ``patterns`` that has one."""
    return next((match for pattern in patterns if (match := pattern.search(text))), None)
