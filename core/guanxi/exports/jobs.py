"""Exports in the background."""

from uuid import UUID

from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.exports.domain import expire, write_export
from guanxi.platform import Platform


def run(platform: Platform, export_id: UUID) -> None:
    """Write the file of an export; the job ``exports.run``."""
    write_export(platform, export_id, now=utc_now())


def forget_old(platform: Platform) -> int:
    """Remove files whose time is over; the job ``exports.forget_old``. Returns how many."""
    now = utc_now()
    with platform.database.write(SYSTEM, now=now) as session:
        paths = expire(session, now=now)
    for path in paths:
        (platform.files / path).unlink(missing_ok=True)
    return len(paths)
