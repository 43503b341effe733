"""Wording of verification: questions for the call to the writer, its outcomes, names and tasks of methods."""

import textwrap
from collections.abc import Iterator

from flask_babel import LazyString, gettext, lazy_gettext

from webapp.rules.answers import printed_answers
from webapp.rules.enums import Requirement
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.correspondence import VerificationMethod
from webapp.store.models import CallOutcome, Letter
from webapp.wording.text_format import isolated

LONGEST_EXCERPT = 120
"""Characters of the writer's own words that are put into a question; the page has the rest."""

CALL_OUTCOMES: dict[CallOutcome, LazyString] = {
    CallOutcome.CONFIRMED: lazy_gettext("Wrote it, and sent it nowhere else"),
    CallOutcome.VOICEMAIL: lazy_gettext("Left a voicemail"),
    CallOutcome.NO_ANSWER: lazy_gettext("No answer"),
    CallOutcome.WRONG_NUMBER: lazy_gettext("Wrong number"),
    CallOutcome.DENIED: lazy_gettext("Did not write it"),
    CallOutcome.CHANGED: lazy_gettext("Wants something changed first"),
}

VERIFICATION_METHODS: dict[VerificationMethod, LazyString] = {
    VerificationMethod.CALL: lazy_gettext("Call to the writer"),
    VerificationMethod.EMAIL: lazy_gettext("E-mail address confirmed"),
}
"""Names of the verifications that a paper may require before it prints a letter."""

OUTSTANDING_VERIFICATION: dict[VerificationMethod, LazyString] = {
    VerificationMethod.CALL: lazy_gettext("the writer has to say on the phone that the letter is theirs"),
    VerificationMethod.EMAIL: lazy_gettext("the writer has to confirm the e-mail address"),
}
"""The same as tasks that are still to be done."""


def questions(letter: Letter, policy: Policy | None, name: str) -> list[str]:
    """Return the questions for the call to a letter's writer, in order, in the language of the response.

    Args:
        letter: The letter.
        policy: The rules of its paper; None if the paper is not served any more: then an interest is asked
            about, too.
        name: The writer's name as it will be printed; empty if it is withheld or not known.
    """
    return list(_questions(letter, policy, name))


def _questions(letter: Letter, policy: Policy | None, name: str) -> Iterator[str]:
    if letter.headline:
        yield gettext("Did you write the letter “%(headline)s”?", headline=isolated(letter.headline))
    else:
        yield gettext(
            "Did you write the letter that begins “%(opening)s”?", opening=isolated(_excerpt(letter.opening))
        )
    if letter.exclusive:
        yield gettext("You said that it went to us alone. Is that still so?")
    else:
        yield gettext("Did you send it to anybody else, or put it online?")
    if letter.withhold_name:
        yield gettext("We leave your name out. Is there anything else in the letter that could identify you?")
    elif name and (beside := [*_answers_in_print(letter, policy), *filter(None, [letter.district])]):
        yield gettext(
            "We print it under “%(name)s, %(district)s”. Is that right?",
            name=isolated(name),
            district=", ".join(map(isolated, beside)),
        )
    elif name:
        yield gettext("We print it under “%(name)s”. Is that right?", name=isolated(name))
    if letter.interest:
        interest = isolated(_excerpt(letter.interest))
        yield gettext("You told us about an interest: “%(interest)s”. May we print that?", interest=interest)
    elif policy is None or policy.declarations.interest is not Requirement.OFF:
        yield gettext("Do you, or does anybody close to you, have an interest in the matter?")
    if letter.ai_use:
        ai_use = isolated(_excerpt(letter.ai_use))
        yield gettext("You told us about an AI tool: “%(ai_use)s”. Are the words your own?", ai_use=ai_use)
    if letter.latest_copy:
        yield gettext("We have edited it. May I read you the changes?")
    else:
        yield gettext("We may shorten it and correct small mistakes. Is that all right?")


def _answers_in_print(letter: Letter, policy: Policy | None) -> list[str]:
    answers = letter.particulars.answers if letter.particulars else {}
    return printed_answers(policy.questions, answers) if policy else []


def _excerpt(text: str) -> str:
    """Return the beginning of a text, at most ``LONGEST_EXCERPT`` characters, without its full stop."""
    return textwrap.shorten(text, LONGEST_EXCERPT, placeholder="…").rstrip(".")
