"""The names of the settings, and refusing environment variables that look like one and are none.

A misspelt name would be ignored in silence: with the default in its place a second, empty store is opened, or
messages wait. This also concerns a setting that only a later version knows: the safe way is to say so, as a
server that lacks it may do what nobody wants, and the line is removed in a moment.
"""

import difflib
import re
from collections.abc import Mapping

PREFIX = "LETTERSDESK_"
SETTING_NAMES = frozenset(
    PREFIX + name
    for name in (
        "BASE_URL",
        "BUSY_FROM",
        "DATABASE_URL",
        "INSTANCE",
        "LIMITER_URL",
        "LOG_LEVEL",
        "METRICS_TOKEN",
        "PAPERS",
        "PARTICULARS_KEY",
        "RATE_LIMITS",
        "SECRET_KEY",
        "SMTP_URL",
        "TRUSTED_PROXIES",
        "WORKERS",
    )
)
"""All environment variables that the product reads of its own."""
_LIKE_PREFIX = re.compile(r"letters?[_-]?desk[_-]", re.IGNORECASE)
"""The prefix, and what it becomes where somebody writes it from memory."""
_KUBERNETES_NAME = re.compile(
    rf"{PREFIX}(SERVICE_(HOST|PORT(_\w+)?)|PORT_[0-9]+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)"
)
"""Variables that Kubernetes sets in every container beside a service with the product's name."""
_KUBERNETES_PORT = re.compile(r"(tcp|udp)://.*")
_SIMILARITY = 0.6
"""How alike, from 0 to 1, a name must be to be suggested: `difflib`'s own default."""


def unknown_setting_errors(environment: Mapping[str, str]) -> list[str]:
    """Return a sentence for each variable whose name looks like a setting's and is none, with the likely one.

    Values aren't repeated: they may be passwords.
    """
    return [_error(name) for name in sorted(environment) if _is_unknown(name, environment[name])]


def _is_unknown(name: str, value: str) -> bool:
    if name in SETTING_NAMES or not _LIKE_PREFIX.match(name):
        return False
    is_of_kubernetes = _KUBERNETES_NAME.fullmatch(name) or (
        name == f"{PREFIX}PORT" and _KUBERNETES_PORT.fullmatch(value)
    )
    return not is_of_kubernetes


def _error(name: str) -> str:
    likely = _likely_name(name)
    advice = f"Is {likely} meant?" if likely else f"There are {', '.join(sorted(SETTING_NAMES))}."
    return f"{name} is no setting of this version. {advice}"


def _likely_name(name: str) -> str:
    """Return the setting whose name is most like ``name``; empty where none is like it."""
    rest = _LIKE_PREFIX.sub("", name).upper()
    known = [each.removeprefix(PREFIX) for each in sorted(SETTING_NAMES)]
    found = difflib.get_close_matches(rest, known, n=1, cutoff=_SIMILARITY)
    return PREFIX + found[0] if found else ""
