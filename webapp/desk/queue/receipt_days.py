"""Days of receipt as moments: a day begins at midnight at the letter's paper, in whatever zone that is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from webapp.letters.queue.queue_filter import ReceiptBounds
from webapp.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class ReceiptPeriod:
    """The period from one day to another, for each of some papers.

    Attributes:
        received_from: When it begins at the first of the papers where it does; `None` without a first day.
        received_before: When it ends at the last of them; `None` without a last day.
        bounds: When it begins and ends at each; empty where all papers have one time zone.
    """

    received_from: datetime | None
    received_before: datetime | None
    bounds: tuple[ReceiptBounds, ...]


def receipt_period(policies: Sequence[Policy], since: date | None, until: date | None) -> ReceiptPeriod:
    """Return the period of whole days; ``policies`` are those of the papers, at least one.

    Args:
        policies: The policies of the papers whose letters are wanted.
        since: The first day; `None` for all days up to ``until``.
        until: The last day; `None` for all days from ``since`` on.
    """
    slugs: defaultdict[tzinfo, set[str]] = defaultdict(set)
    for policy in policies:
        slugs[policy.paper.time_zone].update(policy.paper.slugs)
    bounds = tuple(
        ReceiptBounds(frozenset(papers), _midnight(since, zone), _midnight(until, zone, days=1))
        for zone, papers in slugs.items()
    )
    return ReceiptPeriod(
        received_from=min((each.received_from for each in bounds if each.received_from), default=None),
        received_before=max((each.received_before for each in bounds if each.received_before), default=None),
        bounds=bounds if len(bounds) > 1 and (since or until) else (),
    )


def _midnight(day: date | None, zone: tzinfo, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), zone) if day else None
