"""What segmentation adds to the demo: both schemes, and five segments on its year of trade.

The trade ran from December 2010 to December 2011, so the rules look at fixed spans and at whole
histories: a window that ends today would be empty. Everything is worked out by the job that the
new schemes ask for, and again as the core counts what was imported.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_segmentation.company import PLUGIN
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Segment
from guanxi_segmentation.schemes.domain import change_scheme
from guanxi_segmentation.schemes.presets import TIERS, ensure_ready_made

_PURCHASE: Final = {"kind": ["purchase"]}
_LATELY: Final = "segmentation.rfm_r"
"""Potential in the demo: the usual one, revenue of the last 365 days, is nought by now."""
_HOME: Final = "United Kingdom"


def _bought(comparison: str, number: int, since: str = "", until: str = "") -> dict[str, Any]:
    count = {"touchpoints": _PURCHASE, "measure": "count", "is": comparison, "value": number}
    if not since:
        return count
    return {**count, "window": {"from": f"{since}T00:00:00Z", "to": f"{until}T00:00:00Z"}}


def _spent(measure: str, amount: int, since: str = "", until: str = "") -> dict[str, Any]:
    spent = {"touchpoints": _PURCHASE, "measure": measure, "is": "gte", "value": amount}
    window = {"window": {"from": f"{since}T00:00:00Z", "to": f"{until}T00:00:00Z"}} if since else {}
    return {**spent, **window, "missing": False}


def _all(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"op": "and", "args": list(parts)}


_DRAFTS: Final = (
    (
        "christmas_shoppers", "Christmas shoppers", "圣诞季买家",
        "Bought at least twice from November to 9 December 2011",
        _bought("gte", 2, "2011-11-01", "2011-12-10"),
    ),
    (
        "wholesale_buyers", "Wholesale buyers", "批发型买家",
        "At least three orders of £500 or more on average",
        _all(_bought("gte", 3), _spent("avg", 500)),
    ),
    (
        "best_abroad", "Best customers abroad", "海外优质客户",
        "Champions and loyal customers outside the United Kingdom",
        _all(
            {"attribute": "segmentation.rfm_class", "is": "in",
             "value": ["champions", "loyal"], "missing": False},
            {"attribute": "customers.country", "is": "ne", "value": _HOME, "missing": False},
        ),
    ),
    (
        "big_gone_quiet", "Big spenders gone quiet", "沉默的大客户",
        "Spent £1,000 or more up to August 2011, and nothing since",
        _all(
            _spent("sum", 1000, "2010-12-01", "2011-09-01"),
            _bought("eq", 0, "2011-09-01", "2012-01-01"),
        ),
    ),
    (
        "never_came_back", "Never came back", "只买过一次",
        "One purchase, before October 2011, and no second",
        _all(_bought("eq", 1), _bought("eq", 1, "2010-12-01", "2011-10-01")),
    ),
)  # fmt: skip


def fill(session: Session, now: datetime) -> None:
    """Make what is not there yet; it may be called again."""
    made = [scheme.key for scheme in ensure_ready_made(session, now=now)]
    if TIERS.key in made:
        options = {"potential": _LATELY, "potential_at": "30"}
        change_scheme(session, TIERS.key, {"options": options}, now=now)
    there = set(session.scalars(select(Segment.key)))
    for key, title_en, title_zh, description, where in _DRAFTS:
        if key not in there:
            draft = SegmentDraft(
                title_en, title_zh, key, description, rule={"v": 1, "where": where}
            )
            segments.create(session, draft, now=now)
    run_job(session, PLUGIN, "rebuild")
