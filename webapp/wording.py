"""Codes and numbers into sentences, for every channel and language: the one place where they are worded."""

from babel.lists import format_list
from flask_babel import LazyString, get_locale, gettext, lazy_gettext

from webapp.letters.states import DeclineReason, State
from webapp.rules.findings import Code, Finding, Severity
from webapp.rules.policy import Asking, Policy, WordLimits

REFUSALS: dict[Code, LazyString] = {
    Code.NAME_MISSING: lazy_gettext("Enter your full name."),
    Code.NAME_TOO_LONG: lazy_gettext(
        "The name has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.NAME_CONTROL_CHARACTERS: lazy_gettext(
        "The name has invisible control characters in it. Please type it afresh."
    ),
    Code.NAME_MARKUP: lazy_gettext("Enter your name without any code or tags."),
    Code.NAME_CONTACT: lazy_gettext("Enter your name here, not an e-mail or web address."),
    Code.NAME_NO_LETTERS: lazy_gettext("Enter your full name; there is no letter in what you typed."),
    Code.NAME_STAND_IN: lazy_gettext(
        "Enter your own full name. We have to know who writes, even where the name is not printed."
    ),
    Code.NAME_SINGLE: lazy_gettext(
        "Is this your full name? Add your other names, or tick the box to say that it is."
    ),
    Code.EMAIL_MISSING: lazy_gettext("Enter your e-mail address."),
    Code.EMAIL_INVALID: lazy_gettext(
        "Check the e-mail address; it should look like name@example.com, and this one can’t be written to."
    ),
    Code.PHONE_MISSING: lazy_gettext("Enter a phone number at which we can reach you."),
    Code.PHONE_IMPOSSIBLE: lazy_gettext(
        "Check the phone number; this one can’t be dialled. If it is from another country than the one "
        "you chose, start with + and the country’s code."
    ),
    Code.ADDRESS_MISSING: lazy_gettext("Enter your postal address."),
    Code.ADDRESS_TOO_LONG: lazy_gettext(
        "The address has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.ADDRESS_MARKUP: lazy_gettext("Enter your address without any code or tags."),
    Code.ADDRESS_CONTACT: lazy_gettext("Enter the address where you live, not an e-mail or web address."),
    Code.ADDRESS_STAND_IN: lazy_gettext("Enter the address where you live. It is never printed."),
    Code.ADDRESS_INCOMPLETE: lazy_gettext(
        "Enter your whole address: the house or building, the street, and the town or district."
    ),
    Code.DISTRICT_MISSING: lazy_gettext("Enter the town or district to print under your letter."),
    Code.DISTRICT_TOO_LONG: lazy_gettext(
        "The town or district has %(actual)s characters; we can print %(limit)s. Please shorten it."
    ),
    Code.COUNTRY_UNKNOWN: lazy_gettext("Choose a country from the list."),
    Code.HEADLINE_TOO_LONG: lazy_gettext(
        "The headline has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.BODY_MISSING: lazy_gettext("Write your letter."),
    Code.BODY_TOO_LONG: lazy_gettext(
        "Your letter has %(actual)s words; the limit is %(limit)s: cut %(difference)s."
    ),
    Code.BODY_TOO_SHORT: lazy_gettext(
        "Your letter has %(actual)s words; we need at least %(limit)s: add %(difference)s."
    ),
    Code.BODY_TOO_MANY_CHARACTERS: lazy_gettext(
        "Your letter has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.ARTICLE_URL_INVALID: lazy_gettext(
        "Check the link to the article; it should look like https://example.com/article."
    ),
    Code.ARTICLE_URL_TOO_LONG: lazy_gettext(
        "The link has %(actual)s characters; we can take %(limit)s. Leave out what follows the question mark."
    ),
    Code.ARTICLE_HEADLINE_TOO_LONG: lazy_gettext(
        "The article’s headline has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.ARTICLE_DATE_INVALID: lazy_gettext("Check the date of the article: day, month and year."),
    Code.ARTICLE_DATE_FUTURE: lazy_gettext("Check the date of the article; it has not come yet."),
    Code.CATEGORY_UNKNOWN: lazy_gettext("Choose a kind of letter from the list."),
    Code.EXCLUSIVE_NOT_DECLARED: lazy_gettext(
        "Tick the box to say that you have sent this letter to no other paper. We only print such letters."
    ),
    Code.INTEREST_NOT_DECLARED: lazy_gettext(
        "Say whether you have a personal or professional interest in the matter; if not, write “none”."
    ),
    Code.INTEREST_TOO_LONG: lazy_gettext(
        "What you say of your interest has %(actual)s characters; we can take %(limit)s."
    ),
    Code.AI_USE_NOT_DECLARED: lazy_gettext(
        "Say whether you used an AI tool to write the letter; if not, write “none”."
    ),
    Code.AI_USE_TOO_LONG: lazy_gettext(
        "What you say of AI tools has %(actual)s characters; we can take %(limit)s."
    ),
    Code.WITHHOLD_NAME_NOT_ALLOWED: lazy_gettext(
        "We print every letter under its writer’s name. Please take away the tick, or don’t send the letter."
    ),
    Code.WITHHOLD_REASON_MISSING: lazy_gettext("Tell the editor why your name should not be printed."),
    Code.WITHHOLD_REASON_TOO_LONG: lazy_gettext(
        "The reason has %(actual)s characters; we can take %(limit)s. Please shorten it."
    ),
    Code.CONSENT_NOT_GIVEN: lazy_gettext("Tick the box to agree that we may edit and print your letter."),
}
"""What a writer is told, at the field and at the top of the page."""

ADVISORIES: dict[Code, LazyString] = {
    Code.NAME_SINGLE: lazy_gettext("One name only; the writer confirmed that it is the full name."),
    Code.PHONE_UNLIKELY: lazy_gettext("The phone number has the right length but is not one in use."),
    Code.ADDRESS_PO_BOX: lazy_gettext("The address is a PO box only."),
    Code.EXCLUSIVE_NOT_DECLARED: lazy_gettext("Not declared as sent to this paper only."),
    Code.CONSENT_NOT_GIVEN: lazy_gettext("No agreement to editing and printing was ticked."),
}
"""What an editor is told of a letter that met the rules."""

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
    State.DECLINED: lazy_gettext("Decline"),
}
"""The move that brings a letter into each state, as a button says it."""

STATUS_FOR_WRITER: dict[State, LazyString] = {
    State.RECEIVED: lazy_gettext("Your letter is waiting to be read by the letters editor."),
    State.SHORTLISTED: lazy_gettext("The letters editor has read your letter and is considering it."),
    State.HELD: lazy_gettext("The letters editor has read your letter and is considering it."),
    State.SCHEDULED: lazy_gettext("Your letter is to be printed soon."),
    State.PUBLISHED: lazy_gettext("Your letter has been printed. Thank you."),
    State.DECLINED: lazy_gettext(
        "We are sorry that we can’t print your letter. We get far more than we have room for."
    ),
    State.WITHDRAWN: lazy_gettext("The letter has been withdrawn and won’t be printed."),
}
"""Nothing here lets a writer tell a shortlisted letter from a held one: that is the desk's own business."""

DECLINE_REASONS: dict[DeclineReason, LazyString] = {
    DeclineReason.SPACE: lazy_gettext("No space"),
    DeclineReason.COVERED: lazy_gettext("The point was made already"),
    DeclineReason.ELSEWHERE: lazy_gettext("Sent or printed elsewhere"),
    DeclineReason.UNVERIFIED: lazy_gettext("The writer could not be verified"),
    DeclineReason.UNSUITABLE: lazy_gettext("Not suitable for print"),
    DeclineReason.DUPLICATE: lazy_gettext("Another letter by the same writer is in hand"),
    DeclineReason.OTHER: lazy_gettext("Another reason"),
}


def sentence(finding: Finding) -> str:
    """Return what is said of a finding to whom it is for: the writer or the editor."""
    said = REFUSALS if finding.severity is Severity.REFUSAL else ADVISORIES
    return worded(said[finding.code], dict(finding.numbers))


def advisory_sentence(code: str, numbers: dict[str, int]) -> str:
    """Return what the desk is told of an advisory as it is stored.

    A code that this version no longer has is shown as it is, rather than lost.
    """
    try:
        said = ADVISORIES[Code(code)]
    except (KeyError, ValueError):
        return code
    return worded(said, numbers)


def worded(said: LazyString, numbers: dict[str, int]) -> str:
    """Put the numbers, and the difference of limit and actual value, into a sentence."""
    if {"limit", "actual"} <= numbers.keys():
        numbers = numbers | {"difference": abs(numbers["actual"] - numbers["limit"])}
    return str(said) % numbers


def rules_in_words(policy: Policy) -> list[str]:
    """Return a paper's rules as the sentences that stand over its form."""
    rules = [_length(policy.words)]
    rules += [
        gettext("%(kind)s: %(length)s", kind=category.title, length=_length(category.words))
        for category in policy.categories
        if category.words != policy.words
    ]
    rules.append(_particulars(policy))
    if policy.particulars.name_withheld:
        rules.append(
            gettext("We print your name and your town or district. You can ask us to leave out your name.")
        )
    else:
        rules.append(gettext("We print your name and your town or district, and no letter without them."))
    if policy.declarations.exclusive is not Asking.OFF:
        rules.append(gettext("Please send a letter to us alone, not to several papers."))
    return rules


def _length(words: WordLimits) -> str:
    if words.minimum > 1:
        said = gettext("From %(minimum)s to %(maximum)s words.", minimum=words.minimum, maximum=words.maximum)
    else:
        said = gettext("At most %(maximum)s words.", maximum=words.maximum)
    return str(said)


def _particulars(policy: Policy) -> str:
    asked = policy.particulars
    wanted = [gettext("your full name")]
    if asked.address is Asking.REQUIRED:
        wanted.append(gettext("your address"))
    if asked.email is Asking.REQUIRED:
        wanted.append(gettext("your e-mail address"))
    if asked.phone is Asking.REQUIRED:
        wanted.append(gettext("a phone number for verification"))
    listed = format_list(wanted, locale=get_locale() or "en")
    return str(gettext("We need %(particulars)s.", particulars=listed))
