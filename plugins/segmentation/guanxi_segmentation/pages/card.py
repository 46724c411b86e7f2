"""The card on the home page: sizes of the primary classes, and who entered segments this week."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from guanxi.sdk import Panel, Text, customers, web
from guanxi_segmentation.models import Membership, Scheme, Segment
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.links import customers_with
from guanxi_segmentation.pages.shares import share
from guanxi_segmentation.schemes.sizes import sizes
from guanxi_segmentation.sight import may_look

TITLE: Final = Text("Customers by class", "客户类别分布")
WEEK: Final = timedelta(days=7)
MOST: Final = 5
FIRST_BUILDS: Final = ("built", "rule")
"""Causes of entering that say nothing about the customer."""


def dashboard_card(session: Session, now: datetime) -> Panel | None:
    """Return the card; None where there is nothing to tell, or for who may not see it."""
    if not may_look():
        return None
    primary = session.scalars(select(Scheme).where(Scheme.is_primary)).one_or_none()
    classes = _classes(session, primary) if primary is not None and primary.built_at else []
    entered = entered_since(session, now - WEEK)
    if not classes and not entered:
        return None
    values = {
        "classes": classes,
        "scheme": titled(primary, web.language()) if primary is not None else "",
        "scheme_url": url_for("segmentation.show_scheme", key=primary.key) if primary else None,
        "entered": entered,
    }
    return Panel(TITLE, "segmentation/card.html", values, 20)


def entered_since(session: Session, since: datetime) -> list[dict[str, Any]]:
    """Return the segments that most customers in sight entered since, not by being built."""
    count = func.count().label("count")
    rows = session.execute(
        select(Segment, count)
        .join(Membership, Membership.segment_id == Segment.id)
        .where(
            Membership.entered_at >= since,
            Membership.left_at.is_(None),
            Membership.entered_cause.not_in(FIRST_BUILDS),
            Segment.kind.in_(("rule", "static")),
            Segment.state == "active",
            customers.in_sight(session, Membership.customer_id),
        )
        .group_by(Segment.id)
        .order_by(count.desc(), Segment.key)
        .limit(MOST)
    )
    return [
        {
            "label": titled(segment, web.language()),
            "value": number,
            "url": url_for("segmentation.show_history", key=segment.key),
        }
        for segment, number in rows
    ]


def _classes(session: Session, scheme: Scheme) -> list[dict[str, Any]]:
    found = sizes(session, scheme)
    total = sum(size.customers for size in found)
    return [
        {
            "label": titled(size.member, web.language()),
            "value": size.customers,
            "share": share(size.customers, total),
            "url": customers_with(**{f"class_{scheme.key}__eq": size.member.key}),
        }
        for size in found
    ]
