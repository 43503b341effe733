"""What came in on each story."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import render_template, request
from flask_babel import LazyString, lazy_gettext

from webapp.desk.blueprint import desk
from webapp.installation.clock import now, today_at
from webapp.letters.queue.stories import top_stories
from webapp.web.services import services


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time up to now: today and so many days before."""

    name: str
    days_before: int
    label: LazyString


SPANS = (
    Span("today", 0, lazy_gettext("Today")),
    Span("week", 6, lazy_gettext("Last 7 days")),
    Span("month", 29, lazy_gettext("Last 30 days")),
)


@desk.get("/stories")
def stories() -> str:
    """List the articles that most letters of a day, a week or a month answer."""
    policies = services().settings.policies
    policy = services().policy(request.args.get("paper", ""))
    span = next((each for each in SPANS if each.name == request.args.get("span")), SPANS[0])
    zone = (policy or policies[0]).paper.time_zone
    first_day = today_at(zone) - timedelta(days=span.days_before)
    paper = policy.paper.slug if policy else ""
    with services().database.snapshot() as session:
        found = top_stories(session, since=datetime.combine(first_day, time(), zone), paper=paper)
    return render_template(
        "desk/stories.html",
        stories=found,
        span=span,
        spans=SPANS,
        paper=paper,
        policies=policies,
        first_day=first_day,
        now=now(),
    )
