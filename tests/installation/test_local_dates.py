"""Days of an installation: those at the letter's paper, wherever the server stands."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.samples import HERALD
from webapp.installation.settings import Settings


@pytest.mark.parametrize(
    ("zone", "paper", "day"),
    [
        ("Asia/Hong_Kong", "harbour-herald", date(2026, 3, 15)),
        ("America/Los_Angeles", "harbour-herald", date(2026, 3, 14)),
        ("Asia/Hong_Kong", "old-herald", date(2026, 3, 15)),
        ("Asia/Hong_Kong", "no-longer-served", date(2026, 3, 14)),
    ],
)
def test_the_day_is_that_of_the_paper(settings: Settings, zone: str, paper: str, day: date) -> None:
    here = replace(HERALD.paper, time_zone=ZoneInfo(zone), former_slugs=("old-herald",))
    policy = replace(HERALD, paper=here)
    there = replace(settings, policies=(policy,))
    assert there.local_date(datetime(2026, 3, 14, 20, tzinfo=UTC), paper) == day
