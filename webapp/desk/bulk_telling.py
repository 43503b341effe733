"""What the writers of many letters are told when these are declined together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext

from webapp.choices import select_choices
from webapp.desk.deciding import Telling
from webapp.desk.forms import MoveForm
from webapp.letters.models import Letter
from webapp.letters.outbox import OutgoingMessage
from webapp.letters.states import DeclineReason
from webapp.rules.policy import Policy
from webapp.services import services


@dataclass(frozen=True, slots=True)
class Told:
    """What writers of one paper and language are told: the message to the first of them."""

    policy: Policy
    writers: int
    message: OutgoingMessage


def offer_telling(form: MoveForm, papers: Sequence[Policy]) -> None:
    """Let the editor say whether writers are told; where papers differ in that, each may keep its way."""
    usual = {policy.declining.tells for policy in papers}
    if len(usual) > 1:
        # A list by now, though the field is declared with a function that makes one.
        offered = cast("list[Any]", form.tell.choices)
        form.tell.choices = offered + select_choices(lambda: [("", gettext("As each paper’s policy says"))])()
    elif form.tell.data not in {"message", "silence"}:
        form.tell.data = "message" if usual == {True} else "silence"


def told_to(
    letters: Sequence[Letter], policies: Mapping[str, Policy], reason: DeclineReason, telling: Telling
) -> list[Told]:
    """Return the messages that would go out, one for each paper and language."""
    writes = services().correspondence
    to_tell = [
        letter
        for letter in letters
        if letter.particulars
        and letter.particulars.email
        and (policies[letter.paper].declining.tells if telling.tells is None else telling.tells)
    ]
    numbers = Counter((letter.paper, letter.language) for letter in to_tell)
    first = {(letter.paper, letter.language): letter for letter in reversed(to_tell)}
    told = []
    for kind, writers in numbers.items():
        letter, policy = first[kind], policies[kind[0]]
        message = writes.decision(letter, policy, writes.decision_draft(letter, policy, reason))
        if message:
            told.append(Told(policy, writers, message))
    return told
