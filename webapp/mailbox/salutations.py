"""How letters begin: “Dear Editor,”."""

import re
from dataclasses import dataclass

from webapp.mailbox.phrases import COMMAS, LONGEST_LINE, folded, phrases

ALONE = phrases("""
sir|sirs|madam|sir madam|sir or madam|editor|the editor|editors|致編輯|编辑|編輯|敬啟者|敬启者|啟者
""")
BEGINNINGS = phrases("""
dear editor|dear editors|dear the editor|dear letters editor|dear letters page|dear sir|dear sirs|dear madam
to the editor|to the editors|to the letters editor|letter to the editor|letters to the editor
致編輯|敬啟者|敬启者
""")
GREETINGS = phrases("dear|hi|hello|good morning|good afternoon|greetings")

_MOST_WORDS = 5
"""Of a beginning; more of a line need not be compared."""


def addresses_editor(line: str) -> bool:
    """Tell whether a line is the salutation of a letter to a newspaper."""
    return folded(line) in ALONE or _begins_with(line, BEGINNINGS)


def is_salutation(line: str) -> bool:
    """Tell whether a line is a salutation, whoever is addressed."""
    return addresses_editor(line) or _begins_with(line, GREETINGS)


def _begins_with(line: str, listed: frozenset[str]) -> bool:
    words = re.split(r"\s+", folded(line[:LONGEST_LINE]), maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    return any(" ".join(words[:length]) in listed for length in range(1, len(words) + 1))


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

CLOSINGS_OF_ALL_KINDS = phrases("""
yours|thanks|many thanks|thank you|thank you very much|thanking you|cheers|best|all the best|in solidarity
in hope|in faith|signed|with thanks|with many thanks
""")
"""What may as well be the last words of a letter; a name has to follow."""

_ALL = CLOSINGS | CLOSINGS_OF_ALL_KINDS
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Closing:
    """A line that closes a letter.

    Attributes:
        is_plain: Whether it can be nothing else.
        is_sentence: Whether it ends as a sentence does: “Thank you.” belongs to the letter.
        after: What follows in the same line, as the name does in “Yours faithfully, Jane Lee”.
    """

    is_plain: bool
    is_sentence: bool = False
    after: str = ""


def read_closing(line: str) -> Closing | None:
    """Read the line that closes a letter; nothing where it isn't one."""
    line = line.strip(" \t*_>")
    if not line or len(line) > LONGEST_LINE:
        return None
    if len(line) <= _LONGEST and (phrase := folded(line)) in _ALL:
        return Closing(phrase in CLOSINGS, is_sentence=line.endswith((".", "!")))
    first, *rest = re.split(f"[{COMMAS}]", line, maxsplit=1)
    if rest and len(first) <= _LONGEST and folded(first) in CLOSINGS:
        return Closing(is_plain=True, after=rest[0].strip())
    return None
