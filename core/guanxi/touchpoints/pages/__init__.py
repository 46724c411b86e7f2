"""Web pages of touchpoints: list, form, one touchpoint, timeline, unassigned purchases, lists."""

from guanxi.touchpoints.pages import (
    amending,
    customer_choice,
    detail,
    effectiveness,
    listing,
    planning,
    recording,
    timeline,
    unassigned,
    vocabulary,
)
from guanxi.touchpoints.pages.blueprint import pages
from guanxi.touchpoints.pages.timeline import timeline_context

__all__ = [
    "amending",
    "customer_choice",
    "detail",
    "effectiveness",
    "listing",
    "pages",
    "planning",
    "recording",
    "timeline",
    "timeline_context",
    "unassigned",
    "vocabulary",
]
