"""Pages and messages that are the same but for a few places: rendered once, and then only filled in.

To a template engine a form or a receipt is more work than all else about a letter, and each letter has both.
"""

import re
from collections.abc import Mapping


class PrefilledTemplate:
    """A text with places to be filled in."""

    def __init__(self, rendered: str, places: Mapping[str, str]) -> None:
        """Take a text as it was rendered.

        Args:
            rendered: The text.
            places: What stands in it at each place, with the place's name.
        """
        marks = "|".join(re.escape(mark) for mark in places)
        self._parts = [(places.get(part), part) for part in re.split(f"({marks})", rendered)]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with a value at each place, just as it is: escaping is the caller's."""
        return "".join(part if name is None else values[name] for name, part in self._parts)
