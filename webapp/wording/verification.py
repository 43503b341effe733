"""What a writer is asked on the phone, and what comes of it."""

import textwrap
from collections.abc import Iterator

from flask_babel import LazyString, gettext, lazy_gettext

from webapp.rules.policy import Policy
from webapp.rules.policy.sections import Asking, Proof
from webapp.store.models import CallOutcome, Letter

READ_OUT = 120
"""Characters of the writer's own words that are read out; the page has the rest."""

CALL_OUTCOMES: dict[CallOutcome, LazyString] = {
    CallOutcome.CONFIRMED: lazy_gettext("Wrote it, and sent it nowhere else"),
    CallOutcome.VOICEMAIL: lazy_gettext("Left a voicemail"),
    CallOutcome.NO_ANSWER: lazy_gettext("No answer"),
    CallOutcome.WRONG_NUMBER: lazy_gettext("Wrong number"),
    CallOutcome.DENIED: lazy_gettext("Did not write it"),
    CallOutcome.CHANGED: lazy_gettext("Wants something changed first"),
}

PROOFS: dict[Proof, LazyString] = {
    Proof.CALL: lazy_gettext("Call to the writer"),
    Proof.EMAIL: lazy_gettext("E-mail address confirmed"),
}
"""What a paper asks for before it prints."""

LACKING: dict[Proof, LazyString] = {
    Proof.CALL: lazy_gettext("the writer has to say on the phone that the letter is theirs"),
    Proof.EMAIL: lazy_gettext("the writer has to confirm the e-mail address"),
}
"""The same as what has still to be done."""


def questions(letter: Letter, policy: Policy | None, name: str) -> list[str]:
    """Return what to ask a letter's writer on the phone, in order.

    Args:
        letter: The letter.
        policy: The rules of its paper, where it is still served.
        name: The writer's, as it is to be printed; empty where it is withheld or not known.
    """
    return list(_questions(letter, policy, name))


def _questions(letter: Letter, policy: Policy | None, name: str) -> Iterator[str]:
    if letter.headline:
        yield gettext("Did you write the letter “%(headline)s”?", headline=letter.headline)
    else:
        yield gettext("Did you write the letter that begins “%(opening)s”?", opening=_shortly(letter.opening))
    if letter.exclusive:
        yield gettext("You said that it went to us alone. Is that still so?")
    else:
        yield gettext("Did you send it to anybody else, or put it online?")
    if letter.withhold_name:
        yield gettext("We leave your name out. Is there anything else in the letter that could identify you?")
    elif name and letter.district:
        yield gettext(
            "We print it under “%(name)s, %(district)s”. Is that right?", name=name, district=letter.district
        )
    elif name:
        yield gettext("We print it under “%(name)s”. Is that right?", name=name)
    if letter.interest:
        interest = _shortly(letter.interest)
        yield gettext("You told us about an interest: “%(interest)s”. May we print that?", interest=interest)
    elif policy is None or policy.declarations.interest is not Asking.OFF:
        yield gettext("Do you, or does anybody close to you, have an interest in the matter?")
    if letter.ai_use:
        ai_use = _shortly(letter.ai_use)
        yield gettext("You told us about an AI tool: “%(ai_use)s”. Are the words your own?", ai_use=ai_use)
    if letter.latest_copy:
        yield gettext("We have edited it. May I read you the changes?")
    else:
        yield gettext("We may shorten it and correct small mistakes. Is that all right?")


def _shortly(text: str) -> str:
    """Return as much of a text as one reads out, without its full stop."""
    return textwrap.shorten(text, READ_OUT, placeholder="…").rstrip(".")
