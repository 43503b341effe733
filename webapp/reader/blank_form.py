"""The form before anything is typed: most of what readers ask for, and the same for nearly all of them.

Rendering it takes longer than taking a letter in, so that it is rendered once a day for each paper and
language, and each reader's own two secrets are put in: the token against forged requests, and the key by
which one form gives one letter.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from flask import current_app
from flask_wtf.csrf import generate_csrf

from webapp.languages import html_language
from webapp.reader.form import LetterForm
from webapp.rules.policy import Policy

Render: TypeAlias = Callable[[LetterForm], str]
MOST_KEPT = 100
"""Pages of some 20 kB."""
_EXTENSION = "lettersdesk.blank_forms"
# They stand where the secrets go; nobody can have written them into a policy.
_TOKEN, _KEY = secrets.token_hex(), secrets.token_hex()


class SharedSecretError(Exception):
    """The page has something of one reader's own, besides the two secrets, that others would be shown."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page belongs: a paper's rules in words may change with the day."""

    paper: str
    language: str
    today: date


def blank_page(policy: Policy, today: date, render: Render) -> str:
    """Return the page with a form that is new, for the reader who asks.

    Args:
        policy: The paper's rules.
        today: The date at the paper.
        render: Renders the page, the same for everybody but for the secrets.

    Raises:
        SharedSecretError: it has something else in it that differs from one reader to the next.
    """
    kept: dict[_Place, str] = current_app.extensions.setdefault(_EXTENSION, {})
    place = _Place(policy.paper.slug, html_language(), today)
    token = generate_csrf()
    page = kept.get(place)
    if page is None:
        page = _without_secrets(policy, render, token)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[place] = page
    return page.replace(_TOKEN, token).replace(_KEY, LetterForm.new_key())


def _without_secrets(policy: Policy, render: Render, token: str) -> str:
    first, second = (_rendered(policy, render, token) for _ in range(2))
    if first != second:
        raise SharedSecretError
    return first


def _rendered(policy: Policy, render: Render, token: str) -> str:
    form = LetterForm.for_paper(policy)
    return render(form).replace(token, _TOKEN).replace(str(form.submission_key.data), _KEY)
