"""What stands above each page of one segment: its title, state, figures, tabs."""

from datetime import timedelta
from typing import Any

from flask import url_for

from guanxi.sdk import current, web
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.movement import movement
from guanxi_segmentation.models import Segment
from guanxi_segmentation.pages.builder.offers import Offers, titled
from guanxi_segmentation.pages.states import problem_of, state_of
from guanxi_segmentation.sentences import rule_in_words
from guanxi_segmentation.sight import member_counts, sees_all
from guanxi_segmentation.texts import _

DAYS = 30
"""Over which the head tells who entered and left."""


def segment_head(key: str, active: str) -> dict[str, Any]:
    """Return the values of ``segmentation/_segment.html``.

    :param active: the tab that is shown.
    :raises NotFound: there is no such segment.
    """
    session = current.session()
    segment = segments.get(session, key)
    state, tone = state_of(segment)
    return {
        "segment": segment,
        "title": titled(segment, web.language()),
        "by_hand": segment.kind == "static",
        "state": state,
        "tone": tone,
        "problem": problem_of(segment),
        "sentence": rule_in_words(session, segment.rule) if segment.rule else "",
        "members_count": member_counts(session, segment.id).get(segment.id, 0),
        "sees_all": sees_all(),
        "recent": _recent(segment),
        "list_url": list_url(key),
        "tabs": _tabs(segment, active),
        "may_export": current.principal().may("exports.run"),
    }


def list_url(key: str) -> str:
    """Return the address of the list of customers, filtered by the segment."""
    wanted: dict[str, Any] = {"segmentation.segments__has": key}
    return url_for("customers.list_customers", **wanted)


def _recent(segment: Segment) -> dict[str, int]:
    session = current.session()
    zone = Offers(session).zone
    today = current.now().astimezone(zone).date()
    days = movement(
        session, segment.id, first=today - timedelta(days=DAYS - 1), last=today, zone=zone
    )
    return {"entered": sum(d.entered for d in days), "left": sum(d.left for d in days)}


def _tabs(segment: Segment, active: str) -> list[dict[str, Any]]:
    titles = {
        "show_segment": _("Members"),
        "show_history": _("History"),
        "show_rule": _("About"),
        "list_pins": _("Customers by hand") if segment.kind == "static" else _("Adjustments"),
    }
    return [
        {
            "title": title,
            "url": url_for(f"segmentation.{name}", key=segment.key),
            "active": name == active,
        }
        for name, title in titles.items()
    ]
