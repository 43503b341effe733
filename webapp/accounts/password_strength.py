"""How soon somebody would guess a password, by zxcvbn's lists and the account's own words, on this machine.

The library is imported when the first password is judged: with its lists it takes some megabytes, and longer
to load than most pages take. Nothing that is judged leaves the process, and nothing of it is kept.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import combinations_with_replacement
from typing import Any

LOWEST_SCORE = 3
"""Of zxcvbn's scores 0 to 4. Ten random characters, the shortest password that is taken, have this one."""
WINDOW = 32
"""Characters that are judged at once: the time grows much faster than their number."""
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_WORDS = ("", " ", "-", "_", ".")


class PasswordWeakness(StrEnum):
    """Why a password is soon guessed."""

    COMMON = "common"
    """Many people have it, or it differs little from such a one."""
    PERSONAL = "personal"
    """It is made of the account's name or address, or of the name of a paper."""
    PREDICTABLE = "predictable"
    """It is made of a word, a date, keys in a row, or repetitions."""


def find_weakness(password: str, associated: Iterable[str] = ()) -> PasswordWeakness | None:
    """Return why a password is soon guessed; None if it isn't.

    A long one is judged in parts of `WINDOW` characters, of which one that is hard to guess is enough. It can
    take some tenths of a second: call it outside transactions.

    Args:
        password: In plain text, at most 1000 characters.
        associated: What others know of the account: name, e-mail address, names of the papers. Case, spaces
            and marks between the words make no difference.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- see the module's docstring

    known = sorted({word for word in _known_words(associated) if len(word) > (2 if word.isascii() else 1)})
    worst: PasswordWeakness | None = None
    for start in range(0, len(password), WINDOW):
        estimate = zxcvbn(password[start : start + WINDOW], user_inputs=known)
        if estimate["score"] >= LOWEST_SCORE:
            return None
        worst = worst or _weakness(estimate["sequence"])
    return worst


# Any: the library has no types.
def _weakness(matches: Iterable[dict[str, Any]]) -> PasswordWeakness:
    dictionaries = {match.get("dictionary_name") for match in matches}
    if "user_inputs" in dictionaries:
        return PasswordWeakness.PERSONAL
    return PasswordWeakness.COMMON if "passwords" in dictionaries else PasswordWeakness.PREDICTABLE


def _known_words(texts: Iterable[str]) -> Iterator[str]:
    """Yield each text's words, and its neighbouring words as they stand and as people join them."""
    for text in (each.lower() for each in texts):
        words = list(_WORD.finditer(text))
        for first, last in combinations_with_replacement(range(len(words)), 2):
            joined = [word[0] for word in words[first : last + 1]]
            yield text[words[first].start() : words[last].end()]
            yield from (between.join(joined) for between in _BETWEEN_WORDS)
