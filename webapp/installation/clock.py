"""The clock: the current time in UTC, and today's date in a time zone; other modules take both from here."""

from datetime import UTC, date, datetime, tzinfo


def now() -> datetime:
    """Return the current time in UTC, with its time zone."""
    return datetime.now(UTC)


def today_at(zone: tzinfo) -> date:
    """Return today's date in ``zone``."""
    return now().astimezone(zone).date()
