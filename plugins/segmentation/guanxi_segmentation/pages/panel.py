"""The panel on the page of a customer: class and treatment, RFM, both values, segments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from guanxi.sdk import Panel, Text, web
from guanxi_segmentation import rfm
from guanxi_segmentation.models import RfmScore, Segment
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.treated import channel_titles, facts_of, tone_of
from guanxi_segmentation.portrait import Portrait, Standing, portrait
from guanxi_segmentation.sight import may_look

TITLE = Text("Value and class", "价值与类别")


def customer_panel(session: Session, customer: Any) -> Panel | None:
    """Return the panel; None for who may not see it, and for erased customers."""
    if customer.erased_at is not None or not may_look():
        return None
    found = portrait(session, customer.id)
    return Panel(TITLE, "segmentation/panel.html", panel_values(session, customer.id, found), 20)


def panel_values(session: Session, customer_id: UUID, found: Portrait) -> dict[str, Any]:
    """Return what the template draws."""
    channels = channel_titles(session)
    return {
        "classes": [_standing(one, channels) for one in found.standings],
        "scores": score_values(found.rfm),
        "worth": found.value,
        "currency": found.currency,
        "segments": [_segment(customer_id, *one) for one in found.segments],
        "key": found.key,
        "detail_url": url_for("segmentation.customer", customer_id=customer_id),
    }


def score_values(score: RfmScore | None) -> dict[str, Any] | None:
    """Return scores and the titles of both classes; None where there are no scores."""
    if score is None:
        return None
    language = web.language()
    return {
        "letters": (("R", score.r), ("F", score.f), ("M", score.m)),
        "segment": rfm.ELEVEN[score.segment].in_language(language),
        "eight": rfm.EIGHT[score.eight].in_language(language),
    }


def _standing(one: Standing, channels: Any) -> dict[str, Any]:
    language = web.language()
    return {
        "scheme": titled(one.scheme, language),
        "key": one.scheme.key,
        "title": titled(one.member, language),
        "tone": tone_of(one.member.position),
        "since": one.since,
        "primary": one.scheme.is_primary,
        "treatment": facts_of(one.treatment, channels) if one.scheme.is_primary else [],
        "url": url_for("segmentation.show_scheme", key=one.scheme.key),
    }


def _segment(customer_id: UUID, segment: Segment, since: datetime) -> dict[str, Any]:
    return {
        "title": titled(segment, web.language()),
        "since": since,
        "url": url_for("segmentation.why", key=segment.key, customer_id=customer_id),
    }
