"""An editor's decision: the move of a letter and, if declined, the message to its writer, together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from webapp.letters.editing.workflow import Actor, Move, PaperNotServedError, move_letter
from webapp.messages.outbox import OutgoingMessage, add_to_outbox
from webapp.rules.enums import DeclineReason, State
from webapp.rules.policy import Policy
from webapp.store.models import Event, EventKind, Letter


@dataclass(frozen=True, slots=True)
class WriterNotice:
    """Whether and how the writer of a declined letter is told.

    Attributes:
        tell_writer: Whether a message is sent; ``None`` leaves it to the paper's policy.
        text: The message's text; empty for the paper's standard text for the reason.
    """

    tell_writer: bool | None = None
    text: str = ""

    def is_sent(self, policy: Policy) -> bool:
        """Tell whether a message to the writer of a declined letter is wanted under ``policy``.

        Whether the writer has an e-mail address isn't checked.
        """
        return policy.declining.tell_writer if self.tell_writer is None else self.tell_writer


AS_POLICY_SAYS = WriterNotice()
"""The paper's policy decides whether the writer is told, with the standard text."""


class WritesDecisions(Protocol):
    """Writes the message about a decision; `webapp.correspondence` implements it."""

    def decision_draft(self, letter: Letter, policy: Policy, reason: DeclineReason) -> str:
        """Return the paper's standard text for that reason, in the writer's language."""

    def decision(self, letter: Letter, policy: Policy, text: str) -> OutgoingMessage | None:
        """Return the message with that text; ``None`` where the writer has no e-mail address."""


def decide(
    session: Session,
    letter: Letter,
    move: Move,
    policy: Policy | None,
    *,
    writes: WritesDecisions,
    notice: WriterNotice = AS_POLICY_SAYS,
    by: Actor,
    now: datetime,
) -> Event:
    """Move a letter and, if it is declined and the notice says so, add a message to the outbox.

    The message is recorded as a second event. It waits for the policy's delay; until it is sent, undoing the
    move cancels it. There is none if the writer has no e-mail address. What the move itself changes: see
    `move_letter`.

    Args:
        session: An open transaction.
        letter: The letter, locked and read with its particulars (`lock_letter`).
        move: What is decided, on the version that the editor saw.
        policy: The rules of the letter's paper; ``None`` if it isn't served any more. Then no message can be
            written.
        writes: Writes the message.
        notice: Whether the writer gets a message, and its text.
        by: The editor.
        now: The present moment, with a time zone.

    Returns:
        The event of the move.

    Raises:
        ChangedMeanwhileError: the letter has another version than the one the editor saw.
        ClaimedByOtherError: a colleague holds the claim.
        IllegalMoveError: the state can't be reached from the present one, or no longer after a purge.
        ReasonMissingError: declining needs a reason, and an override needs a note.
        PrintDayMissingError: scheduling needs a day.
        PastIssueError: it is to be scheduled for a day that is over.
        NoIssueError: the paper has no issue on that day.
        FarIssueError: it is to be scheduled for a day that is far away, and that isn't confirmed.
        NotVerifiedError: the paper requires more verification before print, and no chief overrides that.
        NoteTooLongError: the note is longer than `workflow.LONGEST_NOTE`.
        PaperNotServedError: there is no policy, and the letter isn't declined, or with a message.
    """
    if policy is None and notice.tell_writer:
        raise PaperNotServedError
    event = move_letter(session, letter, move, policy, by=by, now=now)
    if move.to_state is State.DECLINED and move.reason and policy and notice.is_sent(policy):
        text = notice.text or writes.decision_draft(letter, policy, move.reason)
        if message := writes.decision(letter, policy, text):
            delay = policy.message_delay(message.kind)
            add_to_outbox(session, message, letter_id=letter.id, now=now, delay=delay, cause_id=event.id)
            session.add(
                Event(
                    letter_id=letter.id,
                    kind=EventKind.MESSAGE_WRITTEN,
                    at=now,
                    editor_id=by.editor_id,
                    note=message.subject,
                )
            )
    return event
