"""The one place where the product asks what time it is."""

from datetime import UTC, date, datetime, tzinfo


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


def today_at(zone: tzinfo) -> date:
    """Return the date in ``zone``."""
    return now().astimezone(zone).date()
