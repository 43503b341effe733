"""Drafts in the browser whose forms the desk has handled: named on the next page, to be deleted there.

The script keeps what is typed until then (`static/form-drafts.js`). A form names its draft in a hidden field.
"""

import re
from http import HTTPStatus

from flask import Blueprint, flash, g, get_flashed_messages, request
from werkzeug.wrappers import Response as AnyResponse

DRAFT_FIELD = "draft"
_CATEGORY = "kept draft"
_REDIRECTS = frozenset({HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})
"""Statuses with which a view answers a form that it has handled."""
_DRAFT = re.compile(r"[a-z]{1,20}:[A-Za-z0-9]{1,40}@[0-9]{1,16}")
"""Kind and subject of a form, and when the draft was saved, in milliseconds."""


def name_kept_drafts(blueprint: Blueprint) -> None:
    """Keep the name of each draft whose form a view has handled until the next page.

    A view says by a redirect that it has handled a form. Add this after all checks that answer a request
    before its view does: their redirects handle nothing.
    """

    def note_that_view_is_reached() -> None:
        g.view_is_reached = True

    def name_draft(response: AnyResponse) -> AnyResponse:
        draft = request.form.get(DRAFT_FIELD, "") if request.method == "POST" else ""
        is_handled = response.status_code in _REDIRECTS and g.get("view_is_reached", False)
        if is_handled and _DRAFT.fullmatch(draft):
            flash(draft, _CATEGORY)
        return response

    blueprint.before_request(note_that_view_is_reached)
    blueprint.after_request(name_draft)


def kept_drafts() -> list[str]:
    """Return the names of the drafts that were handled since the last page; they are named once."""
    return [str(name) for name in get_flashed_messages(category_filter=[_CATEGORY])]
