"""The one place that asks the clock. Domain functions get ``now`` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)
