"""A clock that is set while the server runs isn't trusted with what can't be undone."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.installation import clock
from webapp.installation.clock import DISTRUST, LARGEST_CORRECTION, ClockTrust

HOUR = timedelta(hours=1)


class TestTime:
    """A clock that can be set, and a counter of seconds that can't."""

    __test__ = False

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the module read this clock and this counter."""
        self.wall = datetime(2026, 3, 14, 12, tzinfo=UTC)
        self.elapsed = 1000.0
        monkeypatch.setattr(clock, "now", lambda: self.wall)
        monkeypatch.setattr(clock, "_elapsed_seconds", lambda: self.elapsed)

    def pass_by(self, duration: timedelta, *, jump: timedelta = timedelta()) -> None:
        """Let time go by, in which the clock is set by that much."""
        self.wall += duration + jump
        self.elapsed += duration.total_seconds()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> TestTime:
    """The time, which a test lets go by."""
    return TestTime(monkeypatch)


def test_a_clock_that_runs_evenly_is_trusted(time: TestTime) -> None:
    trust = ClockTrust()
    for jump in (timedelta(), LARGEST_CORRECTION, -LARGEST_CORRECTION):
        time.pass_by(400 * 24 * HOUR, jump=jump)
        assert trust.is_trusted()


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(hours=2), timedelta(days=-400)])
def test_a_clock_that_was_set_is_trusted_again_after_a_day(time: TestTime, jump: timedelta) -> None:
    trust = ClockTrust()
    time.pass_by(HOUR, jump=jump)
    assert not trust.is_trusted()
    time.pass_by(DISTRUST - HOUR)
    assert not trust.is_trusted()
    time.pass_by(HOUR)
    assert trust.is_trusted()


def test_setting_it_right_again_begins_a_new_day(time: TestTime) -> None:
    trust = ClockTrust()
    time.pass_by(HOUR, jump=timedelta(days=400))
    assert not trust.is_trusted()
    time.pass_by(HOUR, jump=timedelta(days=-400))
    assert not trust.is_trusted()
    time.pass_by(DISTRUST)
    assert trust.is_trusted()
