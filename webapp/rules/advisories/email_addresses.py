"""Detector of e-mail addresses in a text, also written as “ann (at) example.com”; returns a count."""

import re

_ADDRESS = re.compile(
    r"(?<![\w.+'%@-])[\w+'%-][\w.+'%-]{0,63}"
    r"(?:@|＠|\s?[\[({<]\s?(?:@|at|ät|arroba|chez)\s?[\])}>]\s?)"  # noqa: RUF001 (the sign that people type)
    r"[\w-]{1,63}(?:(?:\.|\s?[\[({<]\s?(?:dot|punkt|punto|point)\s?[\])}>]\s?)[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)
_HINTS = ("@", "＠", "at)", "at]", "at }", "at )", "at ]", "AT)", "AT]", "ät)", "ät]", "arroba", "chez)")  # noqa: RUF001


def count_email_addresses(text: str) -> int:
    """Return the number of e-mail addresses in ``text``; a name at a social network, “@ann”, is none."""
    if not any(hint in text for hint in _HINTS):
        return 0
    return sum(1 for _ in _ADDRESS.finditer(text))
