"""On a customer's timeline: thresholds of scores that were crossed, the last time each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import TimelineEntry, attributes_of
from guanxi_scoring.models import ThresholdSide
from guanxi_scoring.pages.thresholds import threshold_in_words
from guanxi_scoring.sight import may
from guanxi_scoring.texts import _


def timeline_entries(
    session: Session, customer_id: UUID, before: datetime, limit: int
) -> Sequence[TimelineEntry]:
    """Return what was crossed before an instant, the latest first; a first look crosses nothing."""
    if not may("scoring.view"):
        return ()
    rows = session.scalars(
        select(ThresholdSide)
        .where(
            ThresholdSide.customer_id == customer_id,
            ThresholdSide.is_crossed,
            ThresholdSide.since < before,
        )
        .order_by(ThresholdSide.since.desc(), ThresholdSide.threshold)
    ).all()
    offered = attributes_of(session) if rows else {}
    found = ((one, threshold_in_words(one.threshold, offered)) for one in rows)
    return [_entry(one, words) for one, words in found if words][:limit]


def _entry(side: ThresholdSide, words: str) -> TimelineEntry:
    title = _("Now %(what)s", what=words) if side.is_met else _("No longer %(what)s", what=words)
    url = url_for("scoring.customer", customer_id=side.customer_id)
    return TimelineEntry(side.since, title, "", "chart-dots", url)
