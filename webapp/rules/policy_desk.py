"""What a paper has its desk do with letters that met the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from webapp.rules.states import DeclineReason, MessageKind

USUAL_DELAYS = MappingProxyType({MessageKind.DECISION: 10, MessageKind.APPROVAL: 2})
"""Minutes for which a message can be called back where a policy says nothing; none where not named.

A decision goes out with one press, and the second thought comes with the next letter.
"""
USUAL_APPROVAL_HOURS = 24
"""How long a writer has where a policy says nothing: a day, as a letters page is made every day."""


class Proof(StrEnum):
    """How a paper makes sure of a writer before it prints."""

    CALL = "call"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What hangs on the link by which a writer confirms an e-mail address.

    Attributes:
        before_queue: Whether editors see a letter only once it is confirmed.
        lapse_hours: After how many hours such a letter lapses unconfirmed.
    """

    before_queue: bool = False
    lapse_hours: int = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """What a writer is told whose letter is not printed.

    Attributes:
        tells: Whether a writer is told at all, where the editor says nothing of it.
        texts: The paper's own words for a reason; the product's where a reason isn't named.
    """

    tells: bool = True
    texts: Mapping[DeclineReason, str] = field(default_factory=lambda: MappingProxyType({}))
