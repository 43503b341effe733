"""Prefilled templates: text rendered once with placeholders in it, into which values are then inserted.

The form and the receipt differ in a few places only. Rendering them with Jinja for each letter would take
longer than everything else that is done for it.
"""

import re
from collections.abc import Mapping


class PrefilledTemplate:
    """A rendered text with named placeholders, which may each occur any number of times."""

    def __init__(self, rendered: str, placeholders: Mapping[str, str]) -> None:
        """Split the text at its placeholders.

        Args:
            rendered: The text.
            placeholders: The name for each string in the text that is a placeholder; the strings must be
                unique, such as random tokens.
        """
        alternatives = "|".join(re.escape(placeholder) for placeholder in placeholders)
        self._parts = [(placeholders.get(part), part) for part in re.split(f"({alternatives})", rendered)]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with the values by placeholder name; they are not escaped here.

        Values for which the text has no placeholder are ignored.

        Raises:
            KeyError: a placeholder in the text has no value.
        """
        return "".join(part if name is None else values[name] for name, part in self._parts)
