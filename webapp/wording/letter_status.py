"""What a writer is told of a letter: its status on the writer's own page, and why it was declined."""

from flask_babel import LazyString, lazy_gettext

from webapp.rules.enums import DeclineReason, State

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

UNCONFIRMED_STATUS: LazyString = lazy_gettext(
    "Please confirm your e-mail address. The editor sees your letter only after that."
)
"""The state as the writer sees it until the e-mail address is confirmed."""

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
