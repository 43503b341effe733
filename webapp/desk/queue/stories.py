"""The page of articles: how many letters answer each article in a day, a week or a month."""

from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, request
from flask_babel import LazyString, lazy_gettext

from webapp.desk.blueprint import desk
from webapp.desk.queue.receipt_days import receipt_period
from webapp.installation.clock import now, today_at
from webapp.letters.queue.stories import top_stories
from webapp.web.services import services


@dataclass(frozen=True, slots=True)
class Period:
    """A period up to now: today and a number of days before it; ``name`` is its value in the URL."""

    name: str
    days_before: int
    label: LazyString


PERIODS = (
    Period("today", 0, lazy_gettext("Today")),
    Period("week", 6, lazy_gettext("Last 7 days")),
    Period("month", 29, lazy_gettext("Last 30 days")),
)


@desk.get("/stories")
def stories() -> str:
    """List the articles that most letters of the chosen period answer, most letters first, at most 50.

    An unknown period counts as today, an unknown paper as all papers. Days begin at midnight at each letter's
    paper; where it is still yesterday at one of them, “today” begins with that day.
    """
    policies = services().settings.policies
    policy = services().policy(request.args.get("paper", ""))
    period = next((each for each in PERIODS if each.name == request.args.get("span")), PERIODS[0])
    wanted = [policy] if policy else policies
    today = min(today_at(each.paper.time_zone) for each in wanted)
    first_day = today - timedelta(days=period.days_before)
    received = receipt_period(wanted, first_day, None)
    paper = policy.paper.slug if policy else ""
    with services().database.snapshot() as session:
        found = top_stories(
            session,
            since=received.received_from or now(),
            slugs=policy.paper.slugs if policy else (),
            receipt_bounds=received.bounds,
        )
    return render_template(
        "desk/stories.html",
        stories=found,
        period=period,
        periods=PERIODS,
        paper=paper,
        policies=policies,
        first_day=first_day,
        now=now(),
    )
