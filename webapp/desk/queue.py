"""The list that editors work from."""

from datetime import timedelta

from flask import render_template, request

from webapp.clock import now
from webapp.desk.blueprint import desk
from webapp.desk.queue_address import QueueAddress
from webapp.letters.queue import counts_by_state, queue_page
from webapp.services import services

OVERDUE = timedelta(days=7)
"""A letter that waits longer has lost its news."""


@desk.get("/")
def queue() -> str:
    """List the letters that wait, oldest first."""
    address = QueueAddress.of_request(request.args)
    with services().database.reading() as session:
        page = queue_page(session, address.wanted, after=address.after)
        counts = counts_by_state(session, address.wanted.paper)
    return render_template(
        "desk/queue.html",
        page=page,
        counts=counts,
        address=address,
        policies=services().settings.policies,
        now=now(),
        overdue=now() - OVERDUE,
        titles={policy.paper.slug: policy.paper.title for policy in services().settings.policies},
    )
