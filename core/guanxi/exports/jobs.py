"""Exports in the background."""

from uuid import UUID

from guanxi.clock import utc_now
from guanxi.exports.domain import write_export
from guanxi.platform import Platform


def run(platform: Platform, export_id: UUID) -> None:
    """Write the file of an export; the job ``exports.run``."""
    write_export(platform, export_id, now=utc_now())
