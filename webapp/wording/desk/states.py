"""Names of states, moves, decline reasons, kinds and states of messages, as editors see them."""

from flask_babel import LazyString, lazy_gettext

from webapp.rules.enums import DeclineReason, MessageKind, State
from webapp.store.models import MessageState

STATES: dict[State, LazyString] = {
    State.RECEIVED: lazy_gettext("Received"),
    State.SHORTLISTED: lazy_gettext("Shortlisted"),
    State.HELD: lazy_gettext("Held"),
    State.SCHEDULED: lazy_gettext("Scheduled"),
    State.PUBLISHED: lazy_gettext("Published"),
    State.DECLINED: lazy_gettext("Declined"),
    State.WITHDRAWN: lazy_gettext("Withdrawn"),
}

MOVES: dict[State, LazyString] = {
    State.RECEIVED: lazy_gettext("Back to received"),
    State.SHORTLISTED: lazy_gettext("Shortlist"),
    State.HELD: lazy_gettext("Hold"),
    State.SCHEDULED: lazy_gettext("Schedule"),
    State.PUBLISHED: lazy_gettext("Mark as published"),
    State.DECLINED: lazy_gettext("Decline"),
}
"""Labels of the buttons that move a letter to each state but WITHDRAWN, to which no editor moves one."""

DECLINE_REASONS: dict[DeclineReason, LazyString] = {
    DeclineReason.SPACE: lazy_gettext("No space"),
    DeclineReason.COVERED: lazy_gettext("The point has been made already"),
    DeclineReason.ELSEWHERE: lazy_gettext("Sent or printed elsewhere"),
    DeclineReason.UNVERIFIED: lazy_gettext("The writer could not be verified"),
    DeclineReason.UNSUITABLE: lazy_gettext("Not suitable for print"),
    DeclineReason.DUPLICATE: lazy_gettext("Another letter by the same writer is being considered"),
    DeclineReason.OTHER: lazy_gettext("Another reason"),
}

MESSAGE_KINDS: dict[MessageKind, LazyString] = {
    MessageKind.RECEIPT: lazy_gettext("Receipt"),
    MessageKind.CONFIRMATION: lazy_gettext("Request to confirm"),
    MessageKind.APPROVAL: lazy_gettext("Request to approve"),
    MessageKind.DECISION: lazy_gettext("Decision"),
    MessageKind.INVITATION: lazy_gettext("Invitation"),
    MessageKind.PASSWORD_RESET: lazy_gettext("Password reset"),
}

MESSAGE_STATES: dict[MessageState, LazyString] = {
    MessageState.WAITING: lazy_gettext("Waiting"),
    MessageState.SENT: lazy_gettext("Sent"),
    MessageState.DEAD: lazy_gettext("Not delivered"),
    MessageState.CALLED_BACK: lazy_gettext("Stopped"),
}
