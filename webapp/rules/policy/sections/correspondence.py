"""The tables on mail to writers: verification, confirmation, approval, declining, delays; their readers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from webapp.rules.enums import DeclineReason, MessageKind
from webapp.rules.policy.limits import MAX_DECLINE_TEXT_LENGTH, MAX_HOURS, MAX_MINUTES
from webapp.rules.policy.localized_text import LocalizedText, read_localized_text
from webapp.rules.policy.toml_table import TomlTable

DEFAULT_MESSAGE_DELAYS = MappingProxyType({MessageKind.DECISION: 10, MessageKind.APPROVAL: 2})
"""Minutes before a message is sent, in which it can be cancelled, if a policy sets none; 0 for other kinds.

A decision is made with one key press, and editors notice a mistake when they read the next letter.
"""
DEFAULT_APPROVAL_HOURS = 24
"""Hours until the deadline of an approval where a policy sets none: a day, as a letters page is made every
day."""


class VerificationMethod(StrEnum):
    """A way of verifying the writer before printing: a phone call, or a confirmed e-mail address."""

    CALL = "call"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What depends on the writer's confirmation of the e-mail address, by a link.

    Attributes:
        before_queue: Whether a letter enters the editors' queue only once its address is confirmed.
        lapse_hours: Hours after which such a letter lapses if it isn't confirmed.
    """

    before_queue: bool = False
    lapse_hours: int = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineMessages:
    """The message to a writer whose letter is declined.

    Attributes:
        tell_writer: Whether a message is sent, if the editor doesn't choose.
        texts: The paper's own text for a reason; the product's text for the reasons that aren't named.
    """

    tell_writer: bool = True
    texts: Mapping[DeclineReason, LocalizedText] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRequirements:
    """How the writer is verified before a letter is printed.

    Attributes:
        methods: The verifications that are required; none if empty.
        one_is_enough: Whether any one of them replaces the others; if not, all are required.
    """

    methods: frozenset[VerificationMethod] = frozenset()
    one_is_enough: bool = False

    def missing(self, done: frozenset[VerificationMethod]) -> frozenset[VerificationMethod]:
        """Return the verifications that are still required after those that are ``done``.

        If one is enough, each of those that are returned suffices.
        """
        if self.one_is_enough and done & self.methods:
            return frozenset()
        return self.methods - done


def read_verification(table: TomlTable) -> VerificationRequirements:
    """Read what [verification] requires before print; `read_confirmation` reads the rest of the table."""
    methods = frozenset(
        VerificationMethod(name) for name in table.words("before_print", tuple(VerificationMethod))
    )
    one_is_enough = table.flag("one_is_enough", default=False)
    if one_is_enough and len(methods) == 1:
        table.add_mistake("one_is_enough", "needs more than one method in “before_print”")
    return VerificationRequirements(methods=methods, one_is_enough=one_is_enough)


def read_confirmation(table: TomlTable) -> Confirmation:
    """Read the rest of [verification], and finish the table."""
    defaults = Confirmation()
    confirmation = Confirmation(
        before_queue=table.flag("before_queue", default=defaults.before_queue),
        lapse_hours=table.integer("lapse_hours", defaults.lapse_hours, least=1, most=MAX_HOURS),
    )
    table.finish()
    return confirmation


def read_declining(table: TomlTable) -> DeclineMessages:
    """Read [declining], with the texts for the reasons that it names."""
    texts = table.table("texts")
    declining = DeclineMessages(
        tell_writer=table.flag("tell", default=DeclineMessages().tell_writer),
        texts=MappingProxyType(
            {
                reason: read_localized_text(texts, reason.value, longest=MAX_DECLINE_TEXT_LENGTH)
                for reason in DeclineReason
                if texts.has(reason.value)
            }
        ),
    )
    texts.finish(known=[reason.value for reason in DeclineReason])
    table.finish()
    return declining


def read_approval_hours(table: TomlTable) -> int:
    """Read [approval]: the hours until the deadline of an approval."""
    hours = table.integer("hours", DEFAULT_APPROVAL_HOURS, least=1, most=MAX_HOURS)
    table.finish()
    return hours


def read_message_delays(table: TomlTable) -> dict[MessageKind, int]:
    """Read [message_delays]: minutes by kind of message, of the kinds that are named."""
    for kind in MessageKind:
        table.note_default(kind.value, DEFAULT_MESSAGE_DELAYS.get(kind, 0))
    return table.integers_by_key(MessageKind, least=0, most=MAX_MINUTES)
