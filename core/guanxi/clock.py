"""The one place that asks the clock. Domain functions get ``now`` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)


def storable(instant: datetime) -> datetime:
    """Return ``instant`` where it can be kept and shown in any time zone.

    :raises ValueError: an aware one too near to the ends of the calendar: years 1 and 9999.
    """
    if instant.tzinfo is not None and not 1 < instant.year < 9999:
        raise ValueError("This instant is outside of the calendar.")
    return instant
