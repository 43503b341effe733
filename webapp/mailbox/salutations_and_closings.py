"""Salutations (“Dear Editor,”) and closings (“Yours faithfully,”): phrase lists, recognising a line."""

import re
from dataclasses import dataclass

from webapp.mailbox.phrases import COMMAS, LONGEST_LINE, folded, phrases

SALUTATION_LINES = phrases("""
sir|sirs|madam|sir madam|sir or madam|editor|the editor|editors|致編輯|编辑|編輯|敬啟者|敬启者|啟者
""")
"""Salutations only if nothing else is on the line: “Sir David Lee” is a name."""

SALUTATION_BEGINNINGS = phrases("""
dear editor|dear editors|dear the editor|dear letters editor|dear letters page|dear sir|dear sirs|dear madam
to the editor|to the editors|to the letters editor|letter to the editor|letters to the editor
致編輯|敬啟者|敬启者
""")
"""Salutations also if the line goes on after them."""

GREETINGS = phrases("dear|hi|hello|good morning|good afternoon|greetings")
"""Beginnings of a salutation to anybody."""

_MOST_WORDS = 5
"""Words of the longest phrase that a line may begin with."""

CLOSINGS = phrases("""
yours faithfully|yours sincerely|yours truly|yours very truly|yours respectfully|yours ever|yours etc
your faithfully|your sincerely|faithfully yours|sincerely yours|truly yours|very truly yours
respectfully yours|faithfully|sincerely|respectfully|respectfully submitted|very sincerely|most sincerely
yours faithfuly|yours faithfull|yours sincerly|yours sincerley|sincerly|your s faithfully
your s sincerely|i remain yours faithfully|i am yours faithfully|i am sir yours faithfully|regards
best regards|kind regards|kindest regards|warm regards|warmest regards|good regards|many regards|my regards
with regards|with best regards|with kind regards|with kindest regards|with warm regards
with warmest regards|with my best regards|thanks and regards|thanks and best regards|thanks and kind regards
thank you and regards|thank you and best regards|rgds|best rgds|best wishes|with best wishes|kind wishes
good wishes|warm wishes|all good wishes|with all good wishes|with good wishes|with kind wishes
mit freundlichen grüßen|cordialement|saludos cordiales
祝|此致|敬禮|敬礼|此致敬禮|此致敬礼|順頌編安|順頌時祺|順祝編安|祝編安|祝编安|編安|编安|祝好
""")
"""Closings that can be nothing else, common misspellings included."""

AMBIGUOUS_CLOSINGS = phrases("""
yours|thanks|many thanks|thank you|thank you very much|thanking you|cheers|best|all the best|in solidarity
in hope|in faith|signed|with thanks|with many thanks
""")
"""Closings that may also be the last words of the letter's text. They count only if a name follows."""

_ALL_CLOSINGS = CLOSINGS | AMBIGUOUS_CLOSINGS
_LONGEST_CLOSING = 60
"""Characters."""


def addresses_editor(line: str) -> bool:
    """Tell whether a line is or begins with the salutation of a letter to a newspaper."""
    return folded(line) in SALUTATION_LINES or _begins_with(line, SALUTATION_BEGINNINGS)


def is_salutation(line: str) -> bool:
    """Tell whether a line is or begins with a salutation to anybody."""
    return addresses_editor(line) or _begins_with(line, GREETINGS)


def _begins_with(line: str, beginnings: frozenset[str]) -> bool:
    words = re.split(r"\s+", folded(line[:LONGEST_LINE]), maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    return any(" ".join(words[:length]) in beginnings for length in range(1, len(words) + 1))


@dataclass(frozen=True, slots=True)
class Closing:
    """A line that closes a letter, such as “Yours faithfully,”.

    Attributes:
        is_unambiguous: Whether it can be nothing else; false for those in ``AMBIGUOUS_CLOSINGS``.
        is_sentence: Whether it ends with a full stop or exclamation mark. “Thank you.” belongs to the letter.
        rest: The rest of the line, such as the name in “Yours faithfully, Jane Lee”.
    """

    is_unambiguous: bool
    is_sentence: bool = False
    rest: str = ""


def read_closing(line: str) -> Closing | None:
    """Read a line that closes a letter; None if it is no closing."""
    line = line.strip(" \t*_>")
    if not line or len(line) > LONGEST_LINE:
        return None
    if len(line) <= _LONGEST_CLOSING and (phrase := folded(line)) in _ALL_CLOSINGS:
        return Closing(phrase in CLOSINGS, is_sentence=line.endswith((".", "!")))
    first, *rest = re.split(f"[{COMMAS}]", line, maxsplit=1)
    if rest and len(first) <= _LONGEST_CLOSING and folded(first) in CLOSINGS:
        return Closing(is_unambiguous=True, rest=rest[0].strip())
    return None
