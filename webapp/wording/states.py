"""Names of states, moves, decline reasons and messages, and what writers are told of them."""

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

STATUS_FOR_WRITER: dict[State, LazyString] = {
    State.RECEIVED: lazy_gettext("Your letter is waiting to be read by the letters editor."),
    State.SHORTLISTED: lazy_gettext("The letters editor has read your letter and is considering it."),
    State.HELD: lazy_gettext("The letters editor has read your letter and is considering it."),
    State.SCHEDULED: lazy_gettext("We plan to print your letter soon."),
    State.PUBLISHED: lazy_gettext("Your letter has been printed. Thank you."),
    State.DECLINED: lazy_gettext(
        "We are sorry that we can’t print your letter. We get far more letters than we have room for."
    ),
    State.WITHDRAWN: lazy_gettext("The letter has been withdrawn and won’t be printed."),
}
"""The state as the writer sees it. Shortlisted and held letters have the same sentence, as the writer is not
told which of them it is."""

DECLINE_REASONS: dict[DeclineReason, LazyString] = {
    DeclineReason.SPACE: lazy_gettext("No space"),
    DeclineReason.COVERED: lazy_gettext("The point has been made already"),
    DeclineReason.ELSEWHERE: lazy_gettext("Sent or printed elsewhere"),
    DeclineReason.UNVERIFIED: lazy_gettext("The writer could not be verified"),
    DeclineReason.UNSUITABLE: lazy_gettext("Not suitable for print"),
    DeclineReason.DUPLICATE: lazy_gettext("Another letter by the same writer is being considered"),
    DeclineReason.OTHER: lazy_gettext("Another reason"),
}

DECLINE_TEXTS: dict[DeclineReason, LazyString] = {
    DeclineReason.SPACE: lazy_gettext(
        "We are sorry that we can’t print it. We get far more letters than we have room for."
    ),
    DeclineReason.COVERED: lazy_gettext(
        "We are sorry that we can’t print it: other letters have made the same point already."
    ),
    DeclineReason.ELSEWHERE: lazy_gettext(
        "We can’t print it: we take only letters that were sent to us alone, and we understand that this "
        "one was also sent or printed elsewhere."
    ),
    DeclineReason.UNVERIFIED: lazy_gettext(
        "We can’t print it, because we could not reach you to make sure that it is yours. You are welcome to "
        "send it again, with a number at which we can reach you during the day."
    ),
    DeclineReason.UNSUITABLE: lazy_gettext("We have read it with care and decided not to print it."),
    DeclineReason.DUPLICATE: lazy_gettext(
        "We can’t print it now: we are considering another letter of yours, and take one at a time."
    ),
    DeclineReason.OTHER: lazy_gettext("We have read it with care and decided not to print it."),
}
"""The sentence for the writer of a declined letter, after the thanks, unless the paper's policy has its
own."""

UNCONFIRMED_STATUS: LazyString = lazy_gettext(
    "Please confirm your e-mail address. The editor sees your letter only after that."
)
"""The state as the writer sees it until the e-mail address is confirmed."""

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
