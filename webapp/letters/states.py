"""The closed sets of the record: where a letter stands, how it came, what can happen to it."""

from enum import StrEnum

from webapp.rules.states import DeclineReason, MessageKind, State

__all__ = [
    "LEGAL_MOVES",
    "AccountEventKind",
    "AccountLinkKind",
    "ApprovalAnswer",
    "CallOutcome",
    "Channel",
    "Clearance",
    "DeclineReason",
    "EventKind",
    "MessageKind",
    "MessageState",
    "Role",
    "State",
]


class Channel(StrEnum):
    """How a letter came in."""

    FORM = "form"
    MAIL = "mail"
    IMPORT = "import"
    API = "api"


class EventKind(StrEnum):
    """What happened to a letter."""

    RECEIVED = "received"
    MOVED = "moved"
    EMAIL_CONFIRMED = "email_confirmed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLAIMED = "claimed"
    RELEASED = "released"
    TAKEN_OVER = "taken_over"
    PARTICULARS_SEEN = "particulars_seen"
    CALLED = "called"
    NOTED = "noted"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ASSIGNED = "assigned"
    EDITED = "edited"
    APPROVAL_ASKED = "approval_asked"
    APPROVED = "approved"
    OBJECTED = "objected"
    MESSAGE_WRITTEN = "message_written"
    MESSAGE_CALLED_BACK = "message_called_back"
    DOSSIER_TAKEN = "dossier_taken"
    PURGED = "purged"
    """The writer's particulars went, as the paper keeps them for so long and no longer."""
    ERASED = "erased"
    """They went because the writer wanted it."""


class MessageState(StrEnum):
    """Where an outgoing message stands."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    CALLED_BACK = "called_back"


class CallOutcome(StrEnum):
    """How a call to the writer ended."""

    CONFIRMED = "confirmed"
    """Wrote it, and sent it nowhere else."""
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DENIED = "denied"
    CHANGED = "changed"
    """Wrote it, and wants something in it changed first."""


class Clearance(StrEnum):
    """Why a letter may be printed."""

    VERIFIED = "verified"
    """The paper's own requirement is met."""
    OVERRIDE = "override"
    """A chief said so."""


class ApprovalAnswer(StrEnum):
    """What a writer says to an edited copy."""

    APPROVED = "approved"
    OBJECTED = "objected"


class AccountLinkKind(StrEnum):
    """What a mailed link lets somebody do."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- the name of a thing, and no password


class AccountEventKind(StrEnum):
    """What happened to an account, or at its door."""

    INVITED = "invited"
    JOINED = "joined"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 -- the name of a thing, and no password
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the same
    ROLE_CHANGED = "role_changed"
    ENDED = "ended"
    REOPENED = "reopened"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"


class Role(StrEnum):
    """What somebody may do at the desk; each may do what those before it may."""

    READER = "reader"
    """Reads letters and decides nothing."""
    EDITOR = "editor"
    CHIEF = "chief"


LEGAL_MOVES: dict[State, tuple[State, ...]] = {
    State.RECEIVED: (State.SHORTLISTED, State.HELD, State.DECLINED),
    State.SHORTLISTED: (State.SCHEDULED, State.HELD, State.DECLINED, State.RECEIVED),
    State.HELD: (State.SHORTLISTED, State.SCHEDULED, State.DECLINED, State.RECEIVED),
    State.SCHEDULED: (State.PUBLISHED, State.SHORTLISTED, State.HELD),
    State.PUBLISHED: (),
    State.DECLINED: (State.RECEIVED,),
    State.WITHDRAWN: (),
}
"""What the desk may do next with a letter in each state, in the order in which it is offered."""
