"""The page of articles: how many letters answer each article in a day, a week or a month."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import render_template, request
from flask_babel import LazyString, lazy_gettext

from webapp.desk.blueprint import desk
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

    An unknown period counts as today, an unknown paper as all papers. Days begin at midnight at the paper, or
    at the first one for all papers.
    """
    policies = services().settings.policies
    policy = services().policy(request.args.get("paper", ""))
    period = next((each for each in PERIODS if each.name == request.args.get("span")), PERIODS[0])
    zone = (policy or policies[0]).paper.time_zone
    first_day = today_at(zone) - timedelta(days=period.days_before)
    paper = policy.paper.slug if policy else ""
    with services().database.snapshot() as session:
        found = top_stories(session, since=datetime.combine(first_day, time(), zone), paper=paper)
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
