"""The list that editors work from."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import editor_names
from webapp.desk.access import signed_in
from webapp.desk.blueprint import desk
from webapp.desk.queue.filters import FilterForm, filter_chips
from webapp.desk.queue.queue_address import QueueAddress
from webapp.installation.clock import now
from webapp.letters.queue.queue_page import counts_by_state, queue_page
from webapp.letters.queue.saved_filters import saved_filters
from webapp.letters.queue.stories import article_title
from webapp.rules.states import State
from webapp.web.services import services

OVERDUE = timedelta(days=7)
"""A letter that waits longer has lost its news."""


@dataclass(frozen=True, slots=True)
class Tab:
    """The way to the same list in another state.

    Attributes:
        state: Which; every state where there is none.
        letters: How many there are, where that is counted.
    """

    state: State | None
    letters: int | None = None


@desk.get("/")
def queue() -> str | AnyResponse:
    """List the letters that wait, oldest first, or whatever others the address asks for."""
    address = QueueAddress.of_request(request.args)
    if "" in request.args.values():
        # A form sends its empty fields too; an address that one passes on is short.
        return redirect(address.from_start(), HTTPStatus.SEE_OTHER)
    with services().database.snapshot() as session:
        page = queue_page(session, address.wanted, after=address.after)
        tabs = _tabs(session, address)
        saved = saved_filters(session, signed_in().editor.editor_id)
        editors = editor_names(session)
        article = article_title(session, address.article) if address.article else ""
    form = FilterForm.of_address(address, editors, services().settings.policies)
    return render_template(
        "desk/queue.html",
        page=page,
        tabs=tabs,
        address=address,
        form=form,
        chips=filter_chips(address, form, article),
        saved=saved,
        policies=services().settings.policies,
        now=now(),
        overdue=now() - OVERDUE,
        titles={policy.paper.slug: policy.paper.title for policy in services().settings.policies},
    )


@desk.get("/tabs")
def queue_tabs() -> str:
    """Show the queue's tabs alone, as they are now: for a list from which a letter has just been moved on."""
    address = QueueAddress.of_request(request.args)
    with services().database.snapshot() as session:
        tabs = _tabs(session, address)
    return render_template("desk/queue/tabs.html", tabs=tabs, address=address)


def _tabs(session: Session, address: QueueAddress) -> list[Tab]:
    """Return the states to choose from, those with letters where that is counted; at last all of them."""
    if address.filters:
        return [*(Tab(state) for state in State), Tab(None)]
    counts = counts_by_state(session, address.paper)
    always = {State.RECEIVED, address.state}
    shown = [Tab(state, letters) for state, letters in counts.items() if letters or state in always]
    return [*shown, Tab(None, sum(counts.values()))]
