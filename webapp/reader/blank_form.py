"""The form before anything is typed: most of what readers ask for, and the same for nearly all of them.

Rendering it takes longer than taking a letter in, so that it is rendered once a day for each paper and
language (and each amount of work that a busy desk asks for), and what is each reader's own is put in: the
token against forged requests, the key by which one form gives one letter, and the stamp that says when the
form was shown.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from flask import current_app
from flask_wtf.csrf import generate_csrf

from webapp.languages import html_language
from webapp.reader.doorkeeper import doorkeeper
from webapp.reader.form import LetterForm
from webapp.rules.policy import Policy

Render: TypeAlias = Callable[[LetterForm], str]
MOST_KEPT = 100
"""Pages of some 20 kB."""
_EXTENSION = "lettersdesk.blank_forms"
# They stand where the secrets go; nobody can have written them into a policy.
_TOKEN, _KEY, _STAMP = secrets.token_hex(), secrets.token_hex(), secrets.token_hex()


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
    kept: dict[_Place, str] = current_app.extensions.setdefault(_EXTENSION, {})
    place = _Place(policy.paper.slug, html_language(), today, work_bits)
    token = generate_csrf()
    page = kept.get(place)
    if page is None:
        page = _without_secrets(policy, render, token)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[place] = page
    own = {_TOKEN: token, _KEY: LetterForm.new_key(), _STAMP: doorkeeper().stamp()}
    for place_holder, value in own.items():
        page = page.replace(place_holder, value)
    return page


def _without_secrets(policy: Policy, render: Render, token: str) -> str:
    first, second = (_rendered(policy, render, token) for _ in range(2))
    if first != second:
        raise SharedSecretError
    return first


def _rendered(policy: Policy, render: Render, token: str) -> str:
    form = LetterForm.for_paper(policy)
    page = render(form).replace(token, _TOKEN).replace(str(form.submission_key.data), _KEY)
    return page.replace(str(form.stamp.data), _STAMP)
