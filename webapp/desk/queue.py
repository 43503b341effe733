"""The list that editors work from."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from flask import redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.clock import now
from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.filters import FilterForm, filter_chips
from webapp.desk.queue_address import QueueAddress
from webapp.letters.queue import counts_by_state, queue_page
from webapp.letters.saved_filters import saved_filters
from webapp.letters.states import State
from webapp.letters.stories import article_title
from webapp.people.names import editor_names
from webapp.services import services

OVERDUE = timedelta(days=7)
"""A letter that waits longer has lost its news."""


@desk.get("/")
def queue() -> str | AnyResponse:
    """List the letters that wait, oldest first, or whatever others the address asks for."""
    address = QueueAddress.of_request(request.args)
    if "" in request.args.values():
        # A form sends its empty fields too; an address that one passes on is short.
        return redirect(address.from_start(), HTTPStatus.SEE_OTHER)
    with services().database.reading() as session:
        page = queue_page(session, address.wanted, after=address.after)
        counts = {} if address.filters else counts_by_state(session, address.paper)
        saved = saved_filters(session, signed_in().editor.editor_id)
        editors = editor_names(session)
        article = article_title(session, address.article) if address.article else ""
    form = FilterForm.of_address(address, editors, services().settings.policies)
    return render_template(
        "desk/queue.html",
        page=page,
        states=_shown_states(counts, address),
        counts={**counts, None: sum(counts.values())},
        address=address,
        form=form,
        chips=filter_chips(address, form, article),
        saved=saved,
        policies=services().settings.policies,
        now=now(),
        overdue=now() - OVERDUE,
        titles={policy.paper.slug: policy.paper.title for policy in services().settings.policies},
    )


def _shown_states(counts: Mapping[State, int], address: QueueAddress) -> list[State]:
    """Return the states to choose from: those with letters, where that is known."""
    always = {State.RECEIVED, address.state}
    return [state for state in State if not counts or counts[state] or state in always]
