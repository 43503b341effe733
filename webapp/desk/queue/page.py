"""The queue: the list of letters that editors work from, with its tabs, filters and pages."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.accounts import colleagues_with_letters
from webapp.desk.access import current_desk_user
from webapp.desk.blueprint import desk
from webapp.desk.queue.filters import FilterForm, filter_chips
from webapp.desk.queue.queue_address import QueueAddress, unread_dates
from webapp.installation.clock import now
from webapp.letters.lookup import unserved_slugs
from webapp.letters.queue.queue_page import QueuePage, count_by_state, queue_page
from webapp.letters.queue.saved_filters import saved_filters
from webapp.letters.queue.stories import article_title
from webapp.rules.enums import State
from webapp.web.services import services

NO_LETTERS = QueuePage((), None)
OVERDUE = timedelta(days=7)
"""Age from which an undecided letter is marked in the list: it is no longer topical."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab above the list: the same list in another state.

    Attributes:
        state: The state; ``None`` for all states.
        count: Number of letters in it, each state counted up to 1000; ``None`` if they are not counted.
    """

    state: State | None
    count: int | None = None


@desk.get("/")
def queue() -> str | AnyResponse:
    """List received letters, oldest first, or those that the query string selects.

    A query string with empty values redirects to the same list without them.
    """
    address = QueueAddress.from_arguments(request.args)
    unread = unread_dates(request.args)
    if "" in request.args.values() and not unread:
        # The filter form sends empty fields too: redirect to the short URL, which people share.
        return redirect(address.first_page_url(), HTTPStatus.SEE_OTHER)
    with services().database.snapshot() as session:
        # Letters of all days would look like those of the days that were meant.
        page = NO_LETTERS if unread else queue_page(session, address.queue_filter, after=address.after)
        tabs = _tabs(session, address)
        saved = saved_filters(session, current_desk_user().editor.editor_id)
        colleagues = colleagues_with_letters(session, address.named_editors)
        unserved = unserved_slugs(session, services().settings.policies)
        article = article_title(session, address.article) if address.article else ""
    form = FilterForm.from_address(address, colleagues, services().settings.policies, unserved)
    return render_template(
        "desk/queue.html",
        page=page,
        unread_dates=unread,
        tabs=tabs,
        address=address,
        form=form,
        chips=filter_chips(address, form, article),
        saved=saved,
        now=now(),
        overdue=now() - OVERDUE,
        titles=services().settings.titles_by_slug,
        unserved=unserved,
        has_several_papers=len(services().settings.policies) + len(unserved) > 1,
    )


@desk.get("/tabs")
def queue_tabs() -> str:
    """Return the tabs alone (HTML); `triage-tabs.js` loads them again after a letter was moved."""
    address = QueueAddress.from_arguments(request.args)
    with services().database.snapshot() as session:
        tabs = _tabs(session, address)
    return render_template("desk/queue/tabs.html", tabs=tabs, address=address)


def _tabs(session: Session, address: QueueAddress) -> list[Tab]:
    """Return the tabs, "all" last: counted and without empty states, or uncounted if a filter is active."""
    if address.filter_names:
        return [*(Tab(state) for state in State), Tab(None)]
    counts = count_by_state(session, *address.paper_slugs)
    shown_if_empty = {State.RECEIVED, address.state}
    tabs = [Tab(state, count) for state, count in counts.items() if count or state in shown_if_empty]
    return [*tabs, Tab(None, sum(counts.values()))]
