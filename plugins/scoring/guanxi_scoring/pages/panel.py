"""The panel on the page of a customer: each score with its strongest reason."""

from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from guanxi.sdk import Panel, Text
from guanxi_scoring.pages.customer_scores import drawn_scores
from guanxi_scoring.sight import may

TITLE: Final = Text("Scores", "评分")
PLACE: Final = 25


def customer_panel(session: Session, customer: Any) -> Panel | None:
    """Return the panel; None for who may not see it, for erased customers, and without models."""
    if customer.erased_at is not None or not may("scoring.view"):
        return None
    scores = drawn_scores(session, customer.id)
    if not scores:
        return None
    values = {
        "scores": scores,
        "alarms": list(dict.fromkeys(one["alarm"] for one in scores if one["alarm"])),
        "as_of": max((one["as_of"] for one in scores if one["as_of"]), default=None),
        "detail_url": url_for("scoring.customer", customer_id=customer.id),
    }
    return Panel(TITLE, "scoring/panel.html", values, PLACE)
