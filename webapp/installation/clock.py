"""The clock: the current time in UTC, today's date in a time zone, and noticing that the clock was set.

Other modules take the time from here.
"""

import time
from datetime import UTC, date, datetime, timedelta, tzinfo

LARGEST_CORRECTION = timedelta(hours=1)
"""By how much time servers may correct a clock without anything that can't be undone having to wait."""
DISTRUST = timedelta(days=1)
"""For how long a clock that was set by more than that isn't trusted with what can't be undone."""


def now() -> datetime:
    """Return the current time in UTC, with its time zone."""
    return datetime.now(UTC)


def today_at(zone: tzinfo) -> date:
    """Return today's date in ``zone``."""
    return now().astimezone(zone).date()


class ClockTrust:
    """Notices that the clock of this machine was set, while the process runs: it may be wrong since then."""

    def __init__(self) -> None:
        """Trust the clock as it is now."""
        self._set_at: float | None = None
        self._wall, self._elapsed = now(), _elapsed_seconds()

    def is_trusted(self) -> bool:
        """Tell whether the clock has run evenly for `DISTRUST`, or since this object was made.

        Call it often: it compares the time that has passed by the clock with that which has passed by a
        counter of seconds that nobody can set. A correction up to `LARGEST_CORRECTION` is ignored.
        """
        wall, elapsed = now(), _elapsed_seconds()
        jump = wall - self._wall - timedelta(seconds=elapsed - self._elapsed)
        self._wall, self._elapsed = wall, elapsed
        if abs(jump) > LARGEST_CORRECTION:
            self._set_at = elapsed
        return self._set_at is None or elapsed - self._set_at >= DISTRUST.total_seconds()


def _elapsed_seconds() -> float:
    # Counts on while the machine is suspended, where the system has such a counter.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
