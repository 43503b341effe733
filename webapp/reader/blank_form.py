"""The form before anything is typed: most of what readers ask for, and the same for nearly all of them.

Rendering it takes longer than taking a letter in, so that it is rendered once a day for each paper and
language (and each amount of work that a busy desk asks for), and what is each reader's own is put in: the
token against forged requests, the key by which one form gives one letter, and the stamp that says when the
form was shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from flask import current_app
from flask_wtf.csrf import generate_csrf

from webapp.correspondence.prefilled_template import PrefilledTemplate
from webapp.reader.form import LetterForm
from webapp.reader.proof_of_work import proof_of_work_check
from webapp.rules.policy import Policy
from webapp.web.languages import html_language

Render: TypeAlias = Callable[[LetterForm], str]
MOST_KEPT = 100
"""Pages of some 20 kB."""
_EXTENSION = "lettersdesk.blank_forms"


class SharedSecretError(Exception):
    """The page has something of one reader's own, besides those three, that others would be shown."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page belongs: a paper's rules in words may change with the day."""

    paper: str
    language: str
    today: date
    work_bits: int


def blank_page(policy: Policy, today: date, work_bits: int, render: Render) -> str:
    """Return the page with a form that is new, for the reader who asks.

    Args:
        policy: The paper's rules.
        today: The date at the paper.
        work_bits: What the page asks a browser to work for.
        render: Renders the page, the same for everybody but for what is each reader's own.

    Raises:
        SharedSecretError: it has something else in it that differs from one reader to the next.
    """
    kept: dict[_Place, PrefilledTemplate] = current_app.extensions.setdefault(_EXTENSION, {})
    place = _Place(policy.paper.slug, html_language(), today, work_bits)
    token = generate_csrf()
    page = kept.get(place)
    if page is None:
        page = _without_secrets(policy, render, token)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[place] = page
    return page.filled({"token": token, "key": LetterForm.new_key(), "stamp": proof_of_work_check().stamp()})


def _without_secrets(policy: Policy, render: Render, token: str) -> PrefilledTemplate:
    first, second = (_rendered(policy, render, token) for _ in range(2))
    nothing = dict.fromkeys(("token", "key", "stamp"), "")
    if first.filled(nothing) != second.filled(nothing):
        raise SharedSecretError
    return first


def _rendered(policy: Policy, render: Render, token: str) -> PrefilledTemplate:
    form = LetterForm.for_paper(policy)
    places = {token: "token", str(form.submission_key.data): "key", str(form.stamp.data): "stamp"}
    return PrefilledTemplate(render(form), places)
