"""Blank letter forms: kept per paper, language, day and proof-of-work bits, filled with each reader's tokens.

Rendering the form takes longer than storing a letter, and the page is the same for all readers but for three
values: the CSRF token, the submission key (one form gives one letter) and the stamp that says when the form
was shown. The rendered page is kept with places for these three, and filled in for each reader.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, cast

from flask import Flask, current_app

from webapp.correspondence.prefilled_template import PrefilledTemplate
from webapp.reader.form import LetterForm
from webapp.reader.proof_of_work import current_proof_of_work
from webapp.rules.policy import Policy
from webapp.rules.policy.sections.deadlines import NextDeadline
from webapp.web.languages import html_language

Render: TypeAlias = Callable[[LetterForm], str]
MOST_KEPT = 512
"""Pages of some 20 kB in each process: 250 papers in two languages, or 10 MB."""
_EXTENSION = "lettersdesk.blank_forms"


@dataclass(frozen=True, slots=True)
class _Key:
    """What a page depends on; the rules in words may change with the day."""

    paper: str
    language: str
    today: date
    work_bits: int
    deadline: NextDeadline | None


class BlankForms:
    """A cache of rendered blank forms; when it is full, the least recently used page goes."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Keep at most ``most`` pages; with 0 every page is rendered."""
        self._most = most
        self._pages: OrderedDict[_Key, PrefilledTemplate] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self,
        policy: Policy,
        today: date,
        work_bits: int,
        render: Render,
        *,
        deadline: NextDeadline | None = None,
    ) -> str:
        """Return the page with a new form for the present reader, rendered only if it isn't kept.

        Args:
            policy: The paper's rules.
            today: The date at the paper, in its own time zone.
            work_bits: Bits of the proof of work that the page asks the browser for; 0 for none.
            render: Renders the page. Besides the form's CSRF token, submission key and stamp, the page may
                hold nothing that belongs to one reader: it is shown to others.
            deadline: The next deadline of the paper, which the page says.
        """
        key = _Key(policy.paper.slug, html_language(), today, work_bits, deadline)
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
        if page is None:
            # Outside the lock: two threads may render the same page, and neither waits for the other.
            page = _rendered(policy, render)
            self._keep(key, page)
        return page.filled(
            {
                "token": LetterForm.new_token(policy),
                "key": LetterForm.new_key(),
                "stamp": current_proof_of_work().stamp(),
            }
        )

    def _keep(self, key: _Key, page: PrefilledTemplate) -> None:
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)


def add_blank_forms(app: Flask, most: int = MOST_KEPT) -> None:
    """Give ``app`` an empty cache of at most ``most`` pages."""
    app.extensions[_EXTENSION] = BlankForms(most)


def blank_forms() -> BlankForms:
    """Return the cache of the current application."""
    return cast("BlankForms", current_app.extensions[_EXTENSION])


def _rendered(policy: Policy, render: Render) -> PrefilledTemplate:
    form = LetterForm.for_paper(policy)
    places = {
        str(form.csrf_token.data): "token",
        str(form.submission_key.data): "key",
        str(form.stamp.data): "stamp",
    }
    return PrefilledTemplate(render(form), places)
